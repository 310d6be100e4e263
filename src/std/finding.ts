/** One thing that a pure check found: which rule or field, and a sentence. Pure rooms return findings, they do not throw. */
export interface Finding {
  /** CamelCase name of the violation, e.g. `RenewalDue`. */
  readonly reason: string;
  /** A sentence without a trailing period, without times or counters that move. */
  readonly message: string;
}
