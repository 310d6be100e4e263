import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { Course } from '../plan.ts';
import type { Child } from '../steps.ts';
import { bearsMark } from './owner.ts';
import { isControlledBy } from './secret.ts';

/** What both kinds say of them. */
export interface ChildKeeper {
  readonly unusedSecretPolicy: 'Delete' | 'Retain';
}

/** Names of the Secrets and ConfigMaps that the spec asks for. */
export interface Used {
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
}

/**
 * Has deleted what we made for the spec as it was and it no longer asks for: the Secret of a client that was removed, or
 * of another name. Last of all, and only when nothing has failed and nothing is on its way: the gateway and NGINX were
 * seen to do without it. What a resource refers to stays, be it this one, and so does a copy that somebody made with all
 * its marks.
 */
export function planUnused(resource: Resource<ChildKeeper>, used: Used, { draft, observed }: Course): void {
  const { failed, done, material, neighbours } = observed;
  const failure = failed.get(part);
  if (failure !== undefined) throw failure;
  if (draft.failure !== undefined || draft.pending !== undefined) return;
  if (resource.spec.unusedSecretPolicy === 'Retain' || done.some((step) => step.do === 'removeUnused')) return;
  const children = material.children.filter(
    (child) => isUnused(child, resource, used) && !neighbours.isReferredTo(child),
  );
  if (children.length > 0) draft.need({ steps: [{ part, do: 'removeUnused', children }] });
}

const part = 'unused';

function isUnused(child: Child, resource: Resource<unknown>, { secrets, configMaps }: Used): boolean {
  const { name, deletionTimestamp, annotations: said } = child.metadata;
  const names = child.kind === 'Secret' ? secrets : configMaps;
  // What a person made and handed over goes with the resource, and not before.
  const isMadeByUs = bearsMark(child, resource) && said?.[annotations.adopt] === undefined;
  const isOurs = isControlledBy(child, resource) && isMadeByUs;
  return deletionTimestamp === undefined && !names.includes(name) && isOurs;
}
