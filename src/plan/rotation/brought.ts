import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../api/kinds.ts';
import { type Certificate, isSelfSigned } from '../../pki/x509/certificate.ts';
import { inspectCertificate, matches } from '../../pki/x509/inspect.ts';
import type { Authority, Issuer } from '../certificates/external.ts';
import { describeReplacedCa, type HeldCertificate, isFinding, readCertificate } from '../certificates/held.ts';
import { findReplaceReason } from '../certificates/issue-reason.ts';
import type { ExternalCaRequest } from '../certificates/request.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { type BroughtCa, type BroughtPlan, follow, isSame, stepOf } from './followed.ts';
import { type KeptCa, readKept, succeed } from './kept-ca.ts';
import { type CaPlace, caSecret, type Pair } from './moves.ts';
import { orderMark } from './order.ts';
import { casIn, withdraw } from './withdrawn.ts';

/**
 * Whether it can be followed: it signs itself, so that whoever trusts it trusts nobody above it. Below a root of others,
 * and for one of version 1, which is no CA by itself, what is in the Secret is taken as it is.
 */
export function canBeFollowed({ issuer }: Authority): boolean {
  const facts = issuer && inspectCertificate(issuer.chainPem);
  return facts !== undefined && !isFinding(facts) && facts.isCa && isSelfSigned(facts);
}

/**
 * The CA that signs, which lies in a Secret of ours from when it was brought along, and the moves towards what is in the
 * Secret now that wait for nothing. What waits for evidence is for `planRotation`. Throws why the CA cannot be had.
 */
export function planBrought(
  { request, authority: brought, leaves }: BroughtCa,
  resource: Resource<unknown>,
  observed: Observed,
  now: Temporal.Instant,
): BroughtPlan {
  const failure = observed.failed.get(copyPart);
  if (failure !== undefined) throw failure;
  const found = readKept(request.copy, resource, observed, now);
  const { seen, stored, place } = found;
  if (seen === undefined) return stepOf({ part: copyPart, do: 'write', desired: copyOf(brought, place, now) });
  const step = succeed(found, observed, now) ?? replaceAtOnce(found, brought.issuer, request, now);
  if (step !== undefined) return stepOf(step);
  if (stored === undefined) throw new Error('a CA that cannot be read is replaced');
  const ca: KeptCa = { signing: stored, other: found.other, place, seen };
  return follow(ca, { request, authority: brought, leaves }, observed, now);
}

const copyPart = 'certificate/ca';

/** A Secret that is made is younger than every order. */
function copyOf({ issuer }: Issuer, place: CaPlace, now: Temporal.Instant) {
  return caSecret({ signing: issuer }, { ...place, mark: orderMark(place.resource) }, now);
}

/** Where there is no CA left to be followed, or a person waits for none, or the key stays and with it every certificate. */
function replaceAtOnce(
  { seen, order, other, stored, place }: ReturnType<typeof readKept>,
  brought: HeldCertificate,
  { secretName }: ExternalCaRequest,
  now: Temporal.Instant,
): Step | undefined {
  if (seen === undefined) return undefined;
  const rewrite = (to: 'Renewed' | 'Replaced', pair: Pair, after: CaPlace, note: string): Step => {
    return { part: copyPart, do: 'rotate', to, desired: caSecret(pair, after, now), seen, note };
  };
  const isIt = isSame(stored, brought);
  if (stored !== undefined && hasSameKey(stored, brought)) {
    const isWhole = isIt && matches(stored.keyPem, stored.chainPem);
    if (!isWhole) return rewrite('Renewed', { signing: brought, other }, place, renewed);
    if (other === undefined) return undefined;
  }
  const because = findReplaceReason(readCertificate(seen, true), { now, order });
  if (because === undefined) return undefined;
  const gone = casIn(seen).filter(({ sha256Fingerprint }) => sha256Fingerprint !== brought.facts.sha256Fingerprint);
  const withdrawn = withdraw(place.withdrawn, gone, place.resource);
  const note = describeReplacedCa({ role: 'ca', secretName }, because) ?? '';
  return rewrite('Replaced', { signing: brought }, { ...place, withdrawn, mark: orderMark(place.resource) }, note);
}

const renewed = 'The certificate of the CA was renewed with its key: whatever it signed stays';

/** Whatever one of them has signed verifies by the other one. */
function hasSameKey({ facts: one }: HeldCertificate, { facts: other }: HeldCertificate): boolean {
  const octets = ({ publicKeyDer, subject }: Certificate) => [publicKeyDer, subject.der];
  return isDeepStrictEqual(octets(one), octets(other));
}
