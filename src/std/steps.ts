import { monotonic } from './clock.ts';

/** Work that takes long, in steps of some milliseconds at most: whoever takes them says when others have their turn. */
export type Steps<Result> = Generator<void, Result, void>;

/** For how long one piece of work goes on, in milliseconds, before timers, sockets and others like it have their turn. */
const slice = 5;
const pause = 10;

/** All of them at once: for little work, and where nobody waits. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** With turns for others in between. */
export async function inSlices<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  const turns = new Turns(signal);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await turns.share();
  }
}

/**
 * There is one event loop: all who work in slices have one after another, and between two of them others have twice as
 * much time. Whoever waits for many short things in a row then waits half as long again at worst.
 */
let lastTurn: Promise<unknown> = Promise.resolve();

/** One after another, with turns for others after what is done at once with each. */
export async function* inTurns<Item>(items: Iterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const turns = new Turns(signal);
  for (const item of items) {
    yield item;
    await turns.share();
  }
}

/** For work that waits for nothing else: what it waits for would count as its own time. */
class Turns {
  readonly #signal: AbortSignal;
  #end = monotonic() + slice;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Lets others have their turn where a slice is used up; throws the reason of the signal where it aborted meanwhile. */
  async share(): Promise<void> {
    if (monotonic() < this.#end) return;
    lastTurn = lastTurn.then(() => new Promise((resolve) => setTimeout(resolve, pause)));
    await lastTurn;
    this.#signal.throwIfAborted();
    this.#end = monotonic() + slice;
  }
}
