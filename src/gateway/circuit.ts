import { type Backoff, backoffMilliseconds, type Random } from '../std/backoff.ts';
import { type Monotonic, monotonic } from '../std/clock.ts';
import { seconds } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';

/** So many calls in a row without an answer, and the gateway is left alone for a while. */
const tolerated = 3;
const rest: Backoff = { first: seconds(1), cap: seconds(30) };

/**
 * Keeps a gateway that gives no answer from holding the workers, each for the length of a deadline, that the resources
 * of other gateways wait for. While it is open, every call fails at once as the last one did; then one call tries.
 */
export class Circuit {
  readonly #random: Random;
  readonly #elapsed: Monotonic;
  #unanswered = 0;
  #openUntil = 0;
  #last: Failure | undefined;

  constructor(random: Random, elapsed: Monotonic = monotonic) {
    this.#random = random;
    this.#elapsed = elapsed;
  }

  async guard<Value>(call: () => Promise<Value>): Promise<Value> {
    if (this.#last !== undefined && this.#elapsed() < this.#openUntil) throw this.#last;
    // Whoever else comes while this one tries is told what the last one was told.
    if (this.#last !== undefined) this.#openUntil = Number.POSITIVE_INFINITY;
    return await this.attempt(call);
  }

  /** The call, open or not: whoever looks whether the gateway answers again. What comes of it counts all the same. */
  async attempt<Value>(call: () => Promise<Value>): Promise<Value> {
    try {
      const value = await call();
      this.#close();
      return value;
    } catch (error) {
      if (isUnanswered(error)) this.#count(error);
      else this.#close();
      throw error;
    }
  }

  #close(): void {
    this.#unanswered = 0;
    this.#last = undefined;
  }

  #count(failure: Failure): void {
    this.#unanswered += 1;
    if (this.#unanswered < tolerated) return;
    this.#last = failure;
    this.#openUntil = this.#elapsed() + backoffMilliseconds(rest, this.#unanswered - tolerated + 1, this.#random);
  }
}

/** Whether a call ended without an answer of the gateway. */
export function isUnanswered(error: unknown): error is Failure {
  return error instanceof Failure && error.reason === 'GatewayUnreachable';
}
