import { type Monotonic, monotonic } from '../std/clock.ts';

/**
 * What time it is at the API server: the `Date` of its last answer (RFC 9110 6.6.1, whole seconds), and what has passed
 * since by a clock that nobody sets.
 */
export class ServerTime {
  readonly #elapsed: Monotonic;
  #heard: { readonly date: Temporal.Instant; readonly at: number } | undefined;

  constructor(elapsed: Monotonic = monotonic) {
    this.#elapsed = elapsed;
  }

  /** Takes the header as it came; what is no date is passed over. */
  note(header: unknown): void {
    const milliseconds = typeof header === 'string' ? Date.parse(header) : Number.NaN;
    if (Number.isNaN(milliseconds)) return;
    this.#heard = { date: Temporal.Instant.fromEpochMilliseconds(milliseconds), at: this.#elapsed() };
  }

  /** Milliseconds since the last answer; endless before the first. */
  get age(): number {
    return this.#heard === undefined ? Number.POSITIVE_INFINITY : this.#elapsed() - this.#heard.at;
  }

  /** Undefined: no answer has come yet. */
  now(): Temporal.Instant | undefined {
    if (this.#heard === undefined) return undefined;
    return this.#heard.date.add({ milliseconds: Math.round(this.#elapsed() - this.#heard.at) });
  }
}
