import type { Rejection } from '../plan/facts.ts';

/** The newest are kept. */
const atMost = 16;

/** None where the file is not what `printRejections` wrote: then each is tried once more. */
export function parseRejections(text: string): readonly Rejection[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(readOne) : [];
  } catch {
    return [];
  }
}

export function printRejections(rejections: readonly Rejection[]): string {
  return `${JSON.stringify(rejections.slice(-atMost), undefined, 2)}\n`;
}

/** With one more, which counts those of the same release before it. */
export function withRejection(rejections: readonly Rejection[], fresh: Omit<Rejection, 'count'>): readonly Rejection[] {
  const before = rejections.find(({ id }) => id === fresh.id)?.count ?? 0;
  return [...rejections.filter(({ id }) => id !== fresh.id), { ...fresh, count: before + 1 }];
}

function readOne(one: Record<keyof Rejection, unknown>): Rejection {
  const { id, count, at, reason, message } = one;
  return {
    id: String(id),
    count: Number(count),
    at: Temporal.Instant.from(String(at)),
    reason: String(reason),
    message: String(message),
  };
}
