/** Work that takes long, in steps of some milliseconds at most: whoever takes them says when others have their turn. */
export type Steps<Result> = Generator<void, Result, void>;

/** For how long one piece of work goes on, in milliseconds, before timers, sockets and others like it have their turn. */
const slice = 5;

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

/** One after another, with turns for others after what is done at once with each. */
export async function* inTurns<Item>(items: Iterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const turns = new Turns(signal);
  for (const item of items) {
    yield item;
    await turns.share();
  }
}

/** For a loop whose rounds may each take milliseconds and wait for nothing. */
export class Turns {
  readonly #signal: AbortSignal;
  #end = performance.now() + slice;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Lets others have their turn where a slice is used up; throws the reason of the signal where it aborted meanwhile. */
  async share(): Promise<void> {
    if (performance.now() < this.#end) return;
    await new Promise(setImmediate);
    this.#signal.throwIfAborted();
    this.#end = performance.now() + slice;
  }
}
