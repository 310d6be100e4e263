/** Something on this machine keeps the local environment from working. The message is one sentence that says what to do. */
export class SetupFailure extends Error {
  override readonly name = 'SetupFailure';
}
