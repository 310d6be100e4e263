import type { Arm } from '../../src/controller/timer.ts';
import type { Clock } from '../../src/std/clock.ts';

interface Armed {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock and its timers, which move only when told to. */
export class FakeTime implements Clock {
  #elapsed = 0;
  #offset = 0;
  readonly #armed = new Set<Armed>();
  readonly #epoch = Temporal.Instant.from('2026-11-22T12:00:00Z');
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[] = [];

  now(): Temporal.Instant {
    return this.#epoch.add({ milliseconds: Math.floor(this.#elapsed + this.#offset) });
  }

  /** Somebody sets the wall clock; timers do not care. */
  setClockForward(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  readonly arm: Arm = (milliseconds, fire) => {
    this.waits.push(milliseconds);
    const armed = { at: this.#elapsed + milliseconds, fire };
    this.#armed.add(armed);
    return () => this.#armed.delete(armed);
  };

  get armedTimers(): number {
    return this.#armed.size;
  }

  advance(milliseconds: number): void {
    const end = this.#elapsed + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#armed.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.fire();
    }
    this.#elapsed = end;
  }

  #next(end: number): Armed | undefined {
    return [...this.#armed].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
