import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, type Method, methods, type Way } from './caller.ts';
import type { Tallies } from './tallies.ts';

/** Requests at a steady rate, by each caller in each way in turn, whatever becomes of those before. */
export class Traffic {
  readonly #callers = new Set<Caller>();
  readonly #timer: NodeJS.Timeout;
  readonly #tallies: Tallies;
  readonly #onFailure: (what: string) => void;
  #open = 0;
  #sent = 0;

  constructor(callers: readonly Caller[], rate: number, tallies: Tallies, onFailure: (what: string) => void) {
    for (const caller of callers) this.#callers.add(caller);
    this.#tallies = tallies;
    this.#onFailure = onFailure;
    const begun = performance.now();
    this.#timer = setInterval(() => {
      for (const due = ((performance.now() - begun) / 1000) * rate; this.#sent < due; this.#sent += 1) this.#send();
    }, 5);
  }

  /** No further requests of that one. */
  leave(caller: Caller): void {
    this.#callers.delete(caller);
  }

  /** After the last answer. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#open > 0) await sleep(20);
  }

  #send(): void {
    const kinds = [...this.#callers].flatMap((caller) =>
      methods.flatMap((method) => caller.ways.map((way) => ({ caller, method, way }))),
    );
    const kind = kinds[this.#sent % kinds.length];
    if (kind !== undefined) void this.#ask(kind.caller, kind.method, kind.way);
  }

  async #ask(caller: Caller, method: Method, way: Way): Promise<void> {
    this.#open += 1;
    const answer = await caller.ask(method, way);
    this.#open -= 1;
    this.#tallies.note(method, way, answer);
    if (answer.status !== 200) this.#onFailure(`${caller.name} ${method} ${way}: ${answer.status ?? answer.why}`);
  }
}
