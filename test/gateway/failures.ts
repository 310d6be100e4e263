import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Failure } from '../../src/std/failure.ts';

/** What must never be seen outside of a request: the token of the files, and whatever a test sends or echoes. */
const secrets = /a7ee-|PRIVATE KEY|x-api-key|SECRET-BODY/i;

/** The failure that the promise ends in; it must be ours, without a cause, and hold no secret however it is shown. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const failure: unknown = await promise.then(
    (value) => assert.fail(`no failure but ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Failure, `not ours: ${String(failure)}`);
  assert.equal(failure.cause, undefined);
  const shown = [
    failure.message,
    failure.stack,
    JSON.stringify(failure),
    inspect(failure, { depth: 9, showHidden: true }),
  ];
  for (const text of shown) assert.doesNotMatch(text ?? '', secrets);
  assert.match(failure.reason, /^[A-Z][A-Za-z]*$/);
  assert.doesNotMatch(failure.message, /\.$/);
  return failure;
}

export const inShort = ({ class: severity, reason }: Failure) => `${severity} ${reason}`;
