/**
 * What went wrong, classified where it was born. The message is a sentence for the person who must act; it never
 * carries a key, a token, a header or a library's own error text, so it may go to a log, an event or a status.
 */
export type FailureClass = 'transient' | 'permanent';

export class Failure extends Error {
  readonly class: FailureClass;
  /** CamelCase, stable: it becomes the reason of a condition. */
  readonly reason: string;

  constructor(failureClass: FailureClass, reason: string, message: string) {
    super(message);
    this.name = 'Failure';
    this.class = failureClass;
    this.reason = reason;
  }
}

/** Worth trying again without anybody's help. */
export function transient(reason: string, message: string): Failure {
  return new Failure('transient', reason, message);
}

/** Stays until a person changes something. */
export function permanent(reason: string, message: string): Failure {
  return new Failure('permanent', reason, message);
}
