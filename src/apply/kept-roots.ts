import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import type { KeepRootsStep } from '../plan/steps.ts';
import { writeChild } from './children.ts';
import type { Applying } from './context.ts';

/** Remembers which CAs the bundles of the spec have, and had, by one write, and tells what became of the latter. */
export async function keepRoots(
  { desired, seen, notes }: KeepRootsStep,
  resource: Resource<unknown>,
  applying: Applying,
): Promise<void> {
  await writeChild(seen, desired, resource, applying);
  for (const { reason, note } of notes) {
    applying.log.info({ reason, note }, 'CAs that no bundle has any more');
    recordEvent(resource, { type: 'Normal', reason, action: 'Trust', note }, applying);
  }
}
