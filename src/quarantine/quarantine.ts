import type { Logger } from '../log.ts';
import { Memory } from './memory.ts';
import { afterDeath, type Standing, type Subject, type Suspect, standingOf } from './suspects.ts';

/** What this process knows of resources on which an operator died, and what of its own work outlives its death. */
export class Quarantine {
  readonly #memory: Memory | undefined;
  readonly #log: Logger;
  readonly #suspects: Map<string, Suspect>;
  #isTold = false;

  private constructor(memory: Memory | undefined, suspects: readonly Suspect[], log: Logger) {
    this.#memory = memory;
    this.#log = log;
    this.#suspects = new Map(suspects.map((suspect) => [suspect.uid, suspect]));
  }

  /**
   * Reads what an earlier process left in the directory. Where that cannot be used, as where its volume is missing, it
   * says so and remembers nothing: this is a safeguard, and no reason to stop.
   */
  static open(directory: string, log: Logger): Quarantine {
    try {
      return Quarantine.#read(directory, log);
    } catch (error) {
      log.error(
        { stateDirectory: directory, code: codeOf(error) },
        'stateDirectory cannot be used: a resource that makes this process crash will not be quarantined; the directory must exist and be writable',
      );
      return Quarantine.withoutMemory(log);
    }
  }

  static #read(directory: string, log: Logger): Quarantine {
    const memory = new Memory(directory);
    const marks = memory.marks.read();
    const suspects = afterDeath(memory.readSuspects(), marks);
    // First, so that a death in between forgets nothing.
    memory.writeSuspects(suspects);
    memory.marks.clear();
    if (marks.length > 0) log.error({ underWay: marks }, 'the previous process crashed while it reconciled these');
    return new Quarantine(memory, suspects, log);
  }

  /** Without a place to remember anything: it knows what others have told of. */
  static withoutMemory(log: Logger): Quarantine {
    return new Quarantine(undefined, [], log);
  }

  standingOf(subject: Subject, isDeleted: boolean): Standing {
    return standingOf(this.#suspects.get(subject.uid), subject, isDeleted);
  }

  /** Marks it as under way until what is given is called: what is marked when the process dies is suspected. */
  begin(subject: Subject, alone: boolean): () => void {
    const end = this.#attempt((memory) => memory.marks.set(subject, alone));
    return () => {
      if (end !== undefined) this.#attempt(end);
    };
  }

  /** Another process has told that it died on it. */
  suspect(subject: Subject): void {
    if (this.#suspects.has(subject.uid)) return;
    this.#suspects.set(subject.uid, { ...subject, convicted: false });
    this.#save();
  }

  /** The process did not die on it, or it is gone. */
  acquit({ uid }: Pick<Subject, 'uid'>): void {
    if (this.#suspects.delete(uid)) this.#save();
  }

  /** The process ends for a reason that is known, and that is none of what is under way. */
  exonerate(): void {
    this.#attempt(({ marks }) => marks.clear());
  }

  #save(): void {
    this.#attempt((memory) => memory.writeSuspects([...this.#suspects.values()]));
  }

  /** Work goes on where it cannot be remembered; that is told once. */
  #attempt<Result>(write: (memory: Memory) => Result): Result | undefined {
    if (this.#memory === undefined) return undefined;
    try {
      return write(this.#memory);
    } catch (error) {
      if (!this.#isTold) this.#log.error({ code: codeOf(error) }, 'cannot record which reconciles are running');
      this.#isTold = true;
      return undefined;
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
