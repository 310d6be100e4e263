import type { KubeObject } from '../model/kube-object.ts';
import { keyOf, type NamespacedName } from '../model/object-key.ts';
import type { Change } from './collection.ts';

/** What the watch says of one object while writes of ours to it are under way. */
interface Underway {
  writes: number;
  readonly answers: Set<string | undefined>;
  readonly changes: Change[];
}

/**
 * Tells own writes from those of others, also where the watch event overtakes the answer of the write, as two in five
 * do: changes of an object wait for the answers of what we write to it, which says whose they are. The client bounds
 * how long a write takes, and so how long a change waits.
 */
export class OwnWrites {
  readonly #underway = new Map<string, Underway>();
  readonly #tell: (change: Change) => void;

  constructor(tell: (change: Change) => void) {
    this.#tell = tell;
  }

  /** Sends a write to the object of that name, and gives what it answered. Throws what `send` throws. */
  async during<Kind extends KubeObject>(key: NamespacedName, send: () => Promise<Kind>): Promise<Kind> {
    const text = keyOf(key);
    const underway = this.#underway.get(text) ?? { writes: 0, answers: new Set(), changes: [] };
    this.#underway.set(text, underway);
    underway.writes += 1;
    try {
      const answer = await send();
      underway.answers.add(answer.metadata.resourceVersion);
      return answer;
    } finally {
      underway.writes -= 1;
      if (underway.writes === 0) this.#release(text, underway);
    }
  }

  /** Tells the change, now or when the writes that it may belong to have been answered. */
  hear(change: Change): void {
    const underway = this.#underway.get(keyOf(change.object.metadata));
    if (underway === undefined) this.#tell(change);
    else underway.changes.push(change);
  }

  #release(text: string, { answers, changes }: Underway): void {
    this.#underway.delete(text);
    for (const change of changes) {
      this.#tell(answers.has(change.object.metadata.resourceVersion) ? asWritten(change) : change);
    }
  }
}

function asWritten(change: Change): Change {
  switch (change.kind) {
    case 'added':
      return { kind: 'written', object: change.object, previous: undefined };
    case 'updated':
      return { kind: 'written', object: change.object, previous: change.previous };
    case 'written':
    case 'deleted':
      return change;
  }
}
