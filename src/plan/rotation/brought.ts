import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../api/kinds.ts';
import { type Certificate, isSelfSigned } from '../../pki/x509/certificate.ts';
import { inspectCertificate, matches } from '../../pki/x509/inspect.ts';
import type { Finding } from '../../std/finding.ts';
import type { Authority, Issuer } from '../certificates/external.ts';
import { describeReplacedCa, type HeldCertificate, isFinding, readCertificate } from '../certificates/held.ts';
import { findReplaceReason } from '../certificates/issue-reason.ts';
import type { CertificateRequest, ExternalCaRequest } from '../certificates/request.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { formerLeaves } from './former-leaves.ts';
import { anchorsOf, intermediatesOf } from './generations.ts';
import { type KeptCa, notes, part, type Rotation, readKept, succeed } from './kept-ca.ts';
import { type CaPlace, caSecret, type Pair, retired, turnedBack } from './moves.ts';
import { markOfSecret, orderMark, standingOrder } from './order.ts';
import { casIn, withdraw } from './withdrawn.ts';

/** A CA that a person brings along with its key. What is put in its place follows it as one of ours would. */
export interface BroughtCa {
  readonly request: ExternalCaRequest & { readonly copy: NonNullable<ExternalCaRequest['copy']> };
  /** As its Secret has it now. */
  readonly authority: Issuer;
  readonly leaves: readonly CertificateRequest[];
}

export type BroughtPlan =
  | { readonly needed: Needed; readonly authority?: never }
  | {
      readonly needed?: never;
      readonly authority: Authority & { readonly issuer: HeldCertificate };
      readonly kept: KeptCa;
      readonly rotation?: Rotation;
      /** Whom its Secret names beside itself: trusted as long as it says so. */
      readonly beside: readonly Certificate[];
      /** Why what is in the Secret does not follow yet. */
      readonly held?: Finding;
    };

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

function stepOf(step: Step): BroughtPlan {
  return { needed: { steps: [step] } };
}

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

function isSame(one: HeldCertificate | undefined, other: HeldCertificate | undefined): boolean {
  return one !== undefined && one.facts.sha256Fingerprint === other?.facts.sha256Fingerprint;
}

function follow(
  ca: KeptCa,
  { authority: { issuer: wanted, anchors }, leaves, request }: BroughtCa,
  observed: Observed,
  now: Temporal.Instant,
): BroughtPlan {
  const { signing, other, place, seen } = ca;
  const isPending = !isSame(signing, wanted) && !isSame(other?.held, wanted);
  // While it waits its turn it signs for others that have their CA from there, and no one of theirs is rejected.
  const isTrusted = isPending && standingOrder(place.resource) === undefined;
  const beside = anchors.filter(
    ({ sha256Fingerprint }) => isTrusted || sha256Fingerprint !== wanted.facts.sha256Fingerprint,
  );
  const authority = {
    issuer: signing,
    intermediatesPem: intermediatesOf(other, now),
    anchors: [...anchorsOf(signing, other, now), ...beside],
  };
  const why = isPending ? whyHeld(ca, request, observed, now) : undefined;
  const planned = { authority, kept: ca, beside, ...(why && { held: why }) };
  const hasFailed = observed.failed.has(part);
  if (other === undefined) {
    if (!isPending || why !== undefined || hasFailed) return planned;
    return stepOf({ part, do: 'prepare', next: { brought: wanted }, because: replaced, signing, seen, place });
  }
  const rotation = {
    ...ca,
    other,
    leaves,
    order: standingOrder(place.resource),
    namedBy: [],
    caSecret: request.secretName,
  };
  const step = hasFailed ? undefined : turn(rotation, wanted, observed, now);
  return step === undefined ? { ...planned, rotation } : stepOf(step);
}

const replaced: Finding = {
  reason: 'IssuerChanged',
  message: 'Another CA was put into the Secret of spec.ca.secretRef',
};

/** Why what is in the Secret does not follow yet, for people; undefined: it does. */
function whyHeld(
  ca: KeptCa,
  { field, secretName }: ExternalCaRequest,
  { neighbours }: Observed,
  now: Temporal.Instant,
): Finding | undefined {
  const until = heldUntil(ca) ?? (neighbours.areOthersRotating(now) ? afterOthers : undefined);
  if (until === undefined) return undefined;
  const message = `${field}, ${secretName}: the CA in this Secret does not sign, and follows the one that does once ${until}`;
  return { reason: 'CaNotFollowed', message };
}

const afterOthers = 'the CA of another resource at the gateway group has been exchanged';

function heldUntil({ other, place }: KeptCa): string | undefined {
  const order = standingOrder(place.resource);
  if (order !== undefined) return `the annotation mtls-operator.dev/rotate-ca no longer says ${order}`;
  return other === undefined || other.phase === 'next' ? undefined : 'the rotation that is under way is over';
}

/** What is done without any evidence, since nobody is cut off by it: the way back, and another next CA. */
function turn(
  rotation: Rotation,
  wanted: HeldCertificate,
  observed: Observed,
  now: Temporal.Instant,
): Step | undefined {
  const { other, order } = rotation;
  if (order === 'pause' || other.phase === 'retired') return undefined;
  if (other.phase === 'next') return beforeSwitch(rotation, wanted, now);
  const isBack = order === 'abort' ? isAbortDue(rotation) : isSame(other.held, wanted);
  if (!isBack || other.held.keyPem === '') return undefined;
  return back(rotation, turnedBack(rotation, formerLeaves(rotation, observed, now)), notes.back, now);
}

function beforeSwitch(rotation: Rotation, wanted: HeldCertificate, now: Temporal.Instant): Step | undefined {
  const { other, order, signing, seen, place } = rotation;
  if (order === 'abort' || isSame(signing, wanted)) return back(rotation, retired(rotation), notes.withdrawn, now);
  if (isSame(other.held, wanted)) return undefined;
  return { part, do: 'prepare', next: { brought: wanted }, because: replaced, signing, seen, place };
}

/** An abort turns back once: where it has, the CA that is on its way out is the one in the Secret. */
function isAbortDue({ place, seen }: Rotation): boolean {
  return markOfSecret(seen) !== orderMark(place.resource);
}

function back({ place, seen, order }: Rotation, pair: Pair, note: string, now: Temporal.Instant): Step {
  const after = order === 'abort' ? { ...place, mark: orderMark(place.resource) } : place;
  return { part, do: 'rotate', to: 'Aborted', desired: caSecret(pair, after, now), seen, note };
}
