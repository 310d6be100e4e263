import { isUnknown } from '../../api/reasons/catalogue.ts';
import type { Observed } from '../observed.ts';
import type { Findings } from '../status/status.ts';
import { findTrue } from './standing-proof.ts';

/**
 * Whether the gateway gave no answer, of which nobody has told, and nothing else was found: the resource was Ready as the
 * spec has it now, and nothing was written. If that is an outage, the watch of the gateway tells all resources of it in one
 * go, with one status write each.
 */
export function isDoubtful(
  { failure }: Findings,
  { resource, outage, done }: Pick<Observed, 'resource' | 'outage' | 'done'>,
): boolean {
  const { metadata, status } = resource;
  const isSilent = failure !== undefined && isUnknown(failure.reason) && outage === undefined;
  const isReady = findTrue('Ready', status.conditions ?? [], metadata.generation) !== undefined;
  return isSilent && isReady && done.length === 0;
}
