/**
 * Resources on which the process died. What lives here remembers them over its death, says what may be done with each
 * and acquits whom it did not die on. It knows no API server, and never starts anything itself. This file is pure: who
 * is suspected of what.
 */

/** A resource in one state: an edit, and a deletion too, gives it another generation. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
}

/** What was under way when the process died. */
export interface Mark extends Subject {
  /** Nothing else was. */
  readonly alone: boolean;
}

export interface Suspect extends Subject {
  /** The process died while this alone was under way: it is not tried again as it is. */
  readonly convicted: boolean;
}

/**
 * - `free`: the process never died on it.
 * - `suspected`: it did, with others or before an edit: to be tried last and alone.
 * - `convicted`: to be left alone.
 */
export type Standing = 'free' | 'suspected' | 'convicted';

/** Each death adds what was under way; the oldest are forgotten. */
const atMost = 1024;

export function afterDeath(known: readonly Suspect[], marks: readonly Mark[]): readonly Suspect[] {
  const found = new Map(known.map((suspect) => [suspect.uid, suspect]));
  for (const { alone, ...subject } of marks) {
    found.delete(subject.uid);
    found.set(subject.uid, { ...subject, convicted: alone });
  }
  return [...found.values()].slice(-atMost);
}

/** A deletion is let through, as long as the process has not died on that. */
export function standingOf(known: Suspect | undefined, { generation }: Subject, isDeleted: boolean): Standing {
  if (known === undefined) return 'free';
  const isSame = known.generation === generation;
  if (isDeleted && !isSame) return 'free';
  return known.convicted && isSame ? 'convicted' : 'suspected';
}

/** A line of a file; undefined where it is none of ours, or was cut off. */
export function parseSubject(text: string): (Subject & { readonly flag: boolean }) | undefined {
  const fields = parseFields(text);
  if (fields === undefined) return undefined;
  const [kind, namespace, name, uid, generation, flag] = fields;
  const texts = [kind, namespace, name, uid];
  if (!texts.every((value) => typeof value === 'string' && value !== '')) return undefined;
  if (typeof generation !== 'number' || typeof flag !== 'boolean') return undefined;
  return { kind, namespace, name, uid, generation, flag } as Subject & { readonly flag: boolean };
}

export function formatSubject({ kind, namespace, name, uid, generation }: Subject, flag: boolean): string {
  return JSON.stringify([kind, namespace, name, uid, generation, flag]);
}

function parseFields(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length === 6 ? value : undefined;
  } catch {
    return undefined;
  }
}
