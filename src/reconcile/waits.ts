import type { Metadata } from '../api/kinds.ts';
import type { ReconcileKey } from '../controller/controller.ts';
import { keyOf } from '../model/object-key.ts';

/** A resource waits for something that sends no event: an NGINX that has yet to load what was written for it. */
export interface Wait {
  readonly waited: Temporal.Duration;
  /** Resources that wait, this one included: they share the rate of looks. */
  readonly waiting: number;
}

interface Begun {
  readonly uid: string;
  readonly generation: number;
  readonly since: Temporal.Instant;
}

type Waiting = Pick<Metadata, 'namespace' | 'name' | 'uid' | 'generation'>;

/** Which resources of a kind wait, and since which look of this process: one entry for each, while it waits. */
export class Waits {
  readonly #begun = new Map<string, Begun>();

  /**
   * A look has found it waiting. It has waited since the first such look; since this one where the spec is another,
   * something was written just now (`anew`), or the clock was set back.
   */
  note(metadata: Waiting, now: Temporal.Instant, anew: boolean): Wait {
    const { uid, generation } = metadata;
    const known = this.#begun.get(keyOf(metadata));
    const goesOn = !anew && known?.uid === uid && known.generation === generation;
    const since = goesOn && Temporal.Instant.compare(known.since, now) <= 0 ? known.since : now;
    this.#begun.set(keyOf(metadata), { uid, generation, since });
    return { waited: now.since(since), waiting: this.#begun.size };
  }

  end(key: ReconcileKey): void {
    this.#begun.delete(keyOf(key));
  }
}
