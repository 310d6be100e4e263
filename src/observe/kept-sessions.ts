import { LRUCache } from 'lru-cache';
import type { TlsSession } from '../model/probe-result.ts';
import type { Clock } from '../std/clock.ts';

/** What a gateway resumes for (measured with Apache APISIX 3.18); later it makes a full handshake of it. */
const lastsFor = Temporal.Duration.from({ minutes: 10 });
/** Of some kilobytes each: those of a resource with many hosts, or of several at once. */
const sessionsAtMost = 1000;

interface Kept {
  readonly session: TlsSession;
  readonly until: Temporal.Instant;
}

/**
 * Sessions of clients of a CA from while it was trusted, by which to see later that the gateway does not resume them. In
 * memory alone: a restart loses them, and then new connections are all that is asked about.
 */
export class KeptSessions {
  readonly #clock: Clock;
  readonly #sessions = new LRUCache<string, Kept>({ max: sessionsAtMost });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(whose: readonly unknown[], session: TlsSession): void {
    this.#sessions.set(JSON.stringify(whose), { session, until: this.#clock.now().add(lastsFor) });
  }

  /** Undefined: there is none, or it has ended. */
  find(whose: readonly unknown[]): TlsSession | undefined {
    const kept = this.#sessions.get(JSON.stringify(whose));
    return kept !== undefined && Temporal.Instant.compare(this.#clock.now(), kept.until) < 0 ? kept.session : undefined;
  }
}
