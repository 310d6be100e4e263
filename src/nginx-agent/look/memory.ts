import type { Door, Reload, Shown, TestResult } from '../plan/facts.ts';
import type { About } from '../release/about.ts';

/** A machine's configuration that failed its test may be mended by somebody: it is tested again. */
const failureHolds = Temporal.Duration.from({ seconds: 30 });

/** What was right stays so for a while, unless something changes: each look is a line in the log of NGINX. */
const doorsHold = Temporal.Duration.from({ seconds: 10 });

/** What the agent knows of its own life. All of it may be lost: then things are tested or asked for once more. */
export class Memory {
  readonly tests = new Map<string, TestResult>();
  #machine: { readonly id: string; readonly result: TestResult; readonly at: Temporal.Instant } | undefined;
  #reload: Reload | undefined;
  #shown: ReadonlyMap<number, Shown> = new Map();
  #doors: { readonly id: string; readonly doors: readonly Door[]; readonly at: Temporal.Instant } | undefined;

  facts(now: Temporal.Instant) {
    const machine = this.#machine;
    const isOver = machine?.result.ok === false && Temporal.Duration.compare(now.since(machine.at), failureHolds) >= 0;
    return {
      ...(machine !== undefined && !isOver && { machine: { id: machine.id, result: machine.result } }),
      ...(this.#reload && { reload: this.#reload }),
    };
  }

  machineTested(id: string, result: TestResult, at: Temporal.Instant): void {
    this.#machine = { id, result, at };
  }

  reloaded(reload: Reload): void {
    this.#reload = reload;
    this.#doors = undefined;
  }

  /** After another release has become current, neither a test, a reload nor an answer of before says anything. */
  switched(): void {
    this.tests.clear();
    this.#reload = undefined;
    this.#shown = new Map();
    this.#doors = undefined;
  }

  /** What the ports showed last, where that was right and not long ago; else they are asked. */
  async doors(about: About, now: Temporal.Instant, ask: () => Promise<readonly Door[]>): Promise<readonly Door[]> {
    const last = this.#doors;
    if (last?.id === about.id && Temporal.Duration.compare(now.since(last.at).abs(), doorsHold) < 0) return last.doors;
    const doors = await ask();
    const isRight = doors.every((door) => door.kind === 'open' && door.leaf === about.leaf && door.rejectsStrangers);
    this.#doors = isRight ? { id: about.id, doors, at: now } : undefined;
    return doors;
  }

  /** A worker that showed what it is to show counts until it shows something else; of the others only the last look does. */
  remember(shown: ReadonlyMap<number, Shown>, about: About): ReadonlyMap<number, Shown> {
    const isRight = ({ loads, leaf, authorities }: Shown) =>
      loads === about.loads && leaf === about.leaf && authorities === about.authorities;
    this.#shown = new Map([...[...this.#shown].filter(([, one]) => isRight(one)), ...shown]);
    return this.#shown;
  }
}
