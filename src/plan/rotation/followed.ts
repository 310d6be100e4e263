import type { Certificate } from '../../pki/x509/certificate.ts';
import type { Finding } from '../../std/finding.ts';
import type { Authority, Issuer } from '../certificates/external.ts';
import type { HeldCertificate } from '../certificates/held.ts';
import type { CertificateRequest, ExternalCaRequest } from '../certificates/request.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { formerLeaves } from './former-leaves.ts';
import { anchorsOf, intermediatesOf } from './generations.ts';
import { type KeptCa, notes, part, type Rotation } from './kept-ca.ts';
import { caSecret, type Pair, retired, turnedBack } from './moves.ts';
import { markOfSecret, orderMark, standingOrder } from './order.ts';

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
      /** It waits for its turn, and for nothing else. */
      readonly isQueued?: boolean;
    };

/** The plan that is nothing but this step. */
export function stepOf(step: Step): BroughtPlan {
  return { needed: { steps: [step] } };
}

/** Whether it is the same certificate. */
export function isSame(one: HeldCertificate | undefined, other: HeldCertificate | undefined): boolean {
  return one !== undefined && one.facts.sha256Fingerprint === other?.facts.sha256Fingerprint;
}

/** The CA that signs, and the moves by which what is in the Secret of the person follows it. */
export function follow(
  ca: KeptCa,
  { authority: { issuer: wanted, anchors }, leaves, request }: BroughtCa,
  observed: Observed,
  now: Temporal.Instant,
): BroughtPlan {
  const { signing, other, place } = ca;
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
  const until = isPending ? heldUntil(ca) : undefined;
  const isQueued = isPending && until === undefined && waitsItsTurn(ca, observed, now);
  const why = isQueued ? afterOthers : until;
  const planned = { authority, kept: ca, beside, isQueued, ...(why && { held: notFollowed(request, why) }) };
  const hasFailed = observed.failed.has(part);
  if (other === undefined) {
    if (!isPending || why !== undefined || hasFailed) return planned;
    return stepOf(prepareStep(ca, wanted));
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

function prepareStep({ signing, seen, place }: KeptCa, brought: HeldCertificate): Step {
  return { part, do: 'prepare', next: { brought }, because: replaced, signing, seen, place };
}

const replaced: Finding = {
  reason: 'IssuerChanged',
  message: 'Another CA was put into the Secret of spec.ca.secretRef',
};

function notFollowed({ field, secretName }: ExternalCaRequest, until: string): Finding {
  const message = `${field}, ${secretName}: the CA in this Secret does not sign, and follows the one that does once ${until}`;
  return { reason: 'CaNotFollowed', message };
}

const afterOthers = 'the CA of another resource at the gateway group has been exchanged';

/** One whose last tenth has begun waits for nobody: at its end its clients would be rejected. */
function waitsItsTurn({ signing: { facts }, other }: KeptCa, { neighbours }: Observed, now: Temporal.Instant): boolean {
  const tenth = Math.floor(facts.notAfter.since(facts.notBefore).total('seconds') / 10);
  const isUrgent = Temporal.Instant.compare(now, facts.notAfter.subtract({ seconds: tenth })) > 0;
  return other === undefined && !isUrgent && neighbours.areOthersRotating(now);
}

/** What a person or a rotation of its own keeps it from; undefined: nothing. */
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
  const { other, order, signing } = rotation;
  if (order === 'abort' || isSame(signing, wanted)) return back(rotation, retired(rotation), notes.withdrawn, now);
  if (isSame(other.held, wanted)) return undefined;
  return prepareStep(rotation, wanted);
}

/** An abort turns back once: where it has, the CA that is on its way out is the one in the Secret. */
function isAbortDue({ place, seen }: Rotation): boolean {
  return markOfSecret(seen) !== orderMark(place.resource);
}

function back({ place, seen, order }: Rotation, pair: Pair, note: string, now: Temporal.Instant): Step {
  const after = order === 'abort' ? { ...place, mark: orderMark(place.resource) } : place;
  return { part, do: 'rotate', to: 'Aborted', desired: caSecret(pair, after, now), seen, note };
}
