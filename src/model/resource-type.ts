import { group, version } from '../api/group.ts';
import { kinds } from '../api/kinds.ts';
import type { ResourceType } from './kube-object.ts';

/** The collection of one of our kinds at the API server. */
export function typeOf(kind: string): ResourceType {
  const found = kinds.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`no kind of ours: ${kind}`);
  return { group, version, plural: found.plural, kind };
}
