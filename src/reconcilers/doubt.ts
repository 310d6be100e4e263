import type { Resource } from '../api/kinds.ts';
import { isUnknown } from '../api/reasons/catalogue.ts';
import { findTrue } from '../plan/standing-proof.ts';
import type { Progress } from './progress.ts';
import type { Run } from './world.ts';

/**
 * Whether the resource says nothing yet of what it has found: it was Ready as the spec has it now, nothing was written,
 * and its gateway gave no answer. If that is an outage, the watch of the gateway tells all resources of it in one go,
 * with one status write each. What the resource finds again without being told it says itself.
 */
export function isLeftToWatch(resource: Resource<unknown>, progress: Progress, run: Run): boolean {
  const { failure, written } = progress;
  const isSilent = failure !== undefined && isUnknown(failure.reason) && run.outage === undefined;
  const isDoubtful = isSilent && written.length === 0 && isReady(resource);
  const wasDoubtful = run.looks.noteDoubt(resource, isDoubtful);
  return isDoubtful && !wasDoubtful;
}

function isReady({ metadata: { generation }, status }: Resource<unknown>): boolean {
  return findTrue('Ready', status.conditions ?? [], generation) !== undefined;
}
