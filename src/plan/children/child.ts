import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { KubeObject } from '../../model/kube-object.ts';
import { type Failure, permanent, transient } from '../../std/failure.ts';
import type { Material } from '../observed.ts';
import type { Child, Step } from '../steps.ts';
import { holds, isControlledBy } from './secret.ts';

/** The child of that name, if it is ours; throws where it belongs to another. */
export function ownChild<Kind extends Child>(
  found: ReadonlyMap<string, Kind>,
  name: string,
  resource: Resource<unknown>,
): Kind | undefined {
  const child = found.get(name);
  if (child !== undefined && !isControlledBy(child, resource)) throw foreign(child, resource);
  return child;
}

/** What makes the child what is desired; undefined where it is. Throws where one of that name belongs to another. */
export function writeOf(
  desired: Child,
  material: Material,
  resource: Resource<unknown>,
): Pick<Extract<Step, { do: 'write' }>, 'do' | 'desired' | 'seen'> | undefined {
  const found = desired.kind === 'Secret' ? material.secrets : material.configMaps;
  const seen = ownChild<Child>(found, desired.metadata.name, resource);
  return seen !== undefined && holds(seen, desired) ? undefined : { do: 'write', desired, seen };
}

/** Why the object is left alone. That of an earlier resource of the same name goes by itself: the garbage collector is slow. */
export function foreign(object: KubeObject, resource: Resource<unknown>): Failure {
  const { kind } = object;
  const { name, ownerReferences } = object.metadata;
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind === resource.kind && owner.name === resource.metadata.name) {
    return transient(
      'PredecessorRemains',
      `The ${kind} ${name} belongs to a deleted resource of the same name and is not removed yet`,
    );
  }
  const whose = owner === undefined ? 'does not belong to this resource' : `belongs to ${owner.kind} ${owner.name}`;
  const handover = `${resource.kind}/${resource.metadata.name}`;
  const wayIn =
    owner === undefined && kind === 'Secret'
      ? `, or annotate it with ${annotations.adopt}: ${handover} to hand it over`
      : '';
  return permanent(
    'NotOurs',
    `The ${kind} ${name} already exists and ${whose}; the operator does not change it: choose another name${wayIn}`,
  );
}
