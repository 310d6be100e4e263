import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import type { Certificates } from '../certificates/certificates.ts';
import { isFinding } from '../certificates/held.ts';
import type { Course } from '../plan.ts';
import { type KeptCa, part } from './kept-ca.ts';
import { caSecret } from './moves.ts';
import { sessionEnd, type WithdrawnIssuer, withdraw } from './withdrawn.ts';

/** Whose clients the gateway is to refuse on connections that they have: never those of a CA that is trusted, again or still. */
export function withdrawnIssuers({
  kept,
  clientTrust,
}: Pick<Certificates, 'kept' | 'clientTrust'>): readonly WithdrawnIssuer[] {
  if (kept === undefined) return [];
  const { place, other } = kept;
  const gone = other?.phase === 'retired' ? [other.held.facts] : [];
  const all = withdraw(place.withdrawn, gone, place.resource);
  if (all.length === 0) return all;
  const trusted = clientTrust.map(({ pem }) => inspectCertificate(pem));
  const names = trusted.flatMap((facts) => (isFinding(facts) ? [] : [toRfc2253(facts.subject.der)]));
  return all.filter(({ name }) => !names.includes(name));
}

/** Of CAs that others replaced at once: their sessions end an hour after it was seen that the gateway rejects their clients. To be called last. */
export function planSessionEnds(kept: KeptCa | undefined, { draft, now }: Course): void {
  if (kept === undefined) return;
  const { place, seen } = kept;
  for (const { until } of place.withdrawn) if (until !== undefined) draft.lookAgainAfter(until);
  const isInOrder = draft.failure === undefined && draft.pending === undefined;
  if (!isInOrder || place.withdrawn.every(({ until }) => until !== undefined)) return;
  const withdrawn = place.withdrawn.map(({ name, until = sessionEnd(now) }) => ({ name, until }));
  draft.need({ steps: [{ part, do: 'write', desired: caSecret(kept, { ...place, withdrawn }, now), seen }] });
}
