/** An answer other than 200. Its text goes to the client as `error_msg`. */
export class Refusal extends Error {
  readonly statusCode: number;
  /** Further fields of the answer. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(statusCode: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.statusCode = statusCode;
    this.more = more;
  }
}
