import type { Answer, Method, Way } from './caller.ts';

/** What came of requests of one kind. */
export interface Tally {
  asked: number;
  /** Without an answer, or with another status than 200, and none of those below. */
  failed: number;
  /** A GET on a connection that was used before and was closed before any octet of an answer (RFC 9110 9.2.2). */
  repeatable: number;
  /** A POST on one: nobody may repeat it, though nothing of it was answered. */
  closed: number;
}

/** Of each method and way. */
export class Tallies {
  readonly #all = new Map<string, Tally>();
  /** Handshakes that were abbreviated indeed. */
  resumed = 0;

  of(method: Method, way: Way): Tally {
    const key = `${method} ${way}`;
    const found = this.#all.get(key) ?? { asked: 0, failed: 0, repeatable: 0, closed: 0 };
    this.#all.set(key, found);
    return found;
  }

  note(method: Method, way: Way, { status, isClosed = false, isResumed }: Answer): void {
    const tally = this.of(method, way);
    tally.asked += 1;
    this.resumed += isResumed ? 1 : 0;
    if (status === 200) return;
    if (!isClosed) tally.failed += 1;
    else if (method === 'GET') tally.repeatable += 1;
    else tally.closed += 1;
  }
}
