import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { Observed } from '../observed.ts';
import type { Rotation } from './kept-ca.ts';

/**
 * The MtlsUpstreams whose routes would refuse clients of the next CA, each as the end of a sentence: it signs nothing
 * before they know it. One that has no route at the gateway refuses nobody there.
 */
export function routesWaitedFor({ other }: Rotation, { neighbours }: Pick<Observed, 'neighbours'>): readonly string[] {
  if (other.phase !== 'next') return [];
  const issuer = toRfc2253(other.held.facts.subject.der);
  return neighbours
    .allowers()
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status.gateway?.objects.some(({ kind }) => kind === 'routes') ?? false)
    .filter(({ status }) => !(status.allowedIssuers ?? []).includes(issuer))
    .map(({ metadata }) => metadata.name)
    .sort()
    .map((name) => `the MtlsUpstream ${name} to allow clients of the next CA`);
}
