/** An answer other than 2xx. */
export class Refusal extends Error {
  readonly statusCode: number;
  /** What the client is sent: an object as JSON, a text as it is. */
  readonly body: object | string;

  /** A message stands in the answer as `error_msg`, with what is added to it. */
  constructor(statusCode: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.statusCode = statusCode;
    this.body = { error_msg: message, ...more };
  }

  /** With a body of another shape. */
  static with(statusCode: number, body: object | string): Refusal {
    return Object.assign(new Refusal(statusCode, JSON.stringify(body)), { body });
  }
}
