import type { Resource } from '../../api/kinds.ts';
import type { CertificateStatus } from '../../api/status.ts';
import type { Finding } from '../../std/finding.ts';
import { type Authority, pemOf } from '../certificates/external.ts';
import type { HeldCertificate } from '../certificates/held.ts';
import { findReplaceReason, findRotateReason } from '../certificates/issue-reason.ts';
import { planIssued } from '../certificates/issued.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { formerLeaves } from './former-leaves.ts';
import { anchorsOf, intermediatesOf, rotationTexts } from './generations.ts';
import { type KeptCa, notes, part, type Rotation, readKept, succeed } from './kept-ca.ts';
import { caSecret, retired, turnedBack } from './moves.ts';
import { type Order, orderMark } from './order.ts';
import { casIn, withdraw, withdrawnTexts } from './withdrawn.ts';

export type AuthorityPlan =
  | { readonly needed: Needed; readonly authority?: never }
  | {
      readonly needed?: never;
      readonly authority: Authority & { readonly issuer: HeldCertificate };
      readonly status: CertificateStatus;
      readonly rotation?: Rotation | undefined;
      /** The Secret of the CA, and what the gateway is to refuse of CAs before this one. */
      readonly kept?: KeptCa | undefined;
      /** Another CA is due, and waits for its turn. */
      readonly isQueued?: boolean;
    };

interface Asked {
  readonly request: CertificateRequest;
  readonly leaves: readonly CertificateRequest[];
}

/**
 * The CA that signs, whom peers trust for it, and the moves that wait for nothing: a next CA is made, taken back, or the
 * previous one signs again. What waits for evidence is for `planRotation`. Throws why the CA cannot be had.
 */
export function planAuthority(
  asked: Asked,
  resource: Resource<unknown>,
  observed: Observed,
  now: Temporal.Instant,
): AuthorityPlan {
  const { request, leaves } = asked;
  const kept = readKept(request, resource, observed, now);
  const succession = succeed(kept, observed, now);
  if (succession !== undefined) return { needed: { steps: [succession] } };
  const { seen, order, stored, other, place } = kept;
  const { mark, withdrawn } = place;
  const situation = {
    ...{ now, order, trustPem: stored && pemOf(anchorsOf(stored, other, now)) },
    rotation: { texts: { ...rotationTexts(other), ...withdrawnTexts(withdrawn) }, mark },
    replaced: withdrawnTexts(withdraw(withdrawn, casIn(seen), resource)),
  };
  const { needed, held, status } = planIssued(request, situation, resource, observed);
  if (needed !== undefined) return { needed };
  const authority = {
    issuer: held,
    intermediatesPem: intermediatesOf(other, now),
    anchors: anchorsOf(held, other, now),
  };
  if (seen === undefined) return { authority, status };
  const hasFailed = observed.failed.has(part);
  const ca = { signing: held, other, place, seen };
  const planned = { authority, status, kept: ca };
  if (other === undefined && hasFailed) return planned;
  if (other === undefined) return withStart(planned, { ...ca, request, order }, observed, now);
  const rotation = { ...ca, other, leaves, order, namedBy: [], caSecret: request.secretName };
  const step = hasFailed ? undefined : wayBack(rotation, request, observed, now);
  return step === undefined ? { ...planned, rotation } : { needed: { steps: [step] } };
}

type Planned = Extract<AuthorityPlan, { authority: object }>;

function withStart(
  planned: Planned,
  { request, order, ...ca }: KeptCa & { readonly request: CertificateRequest; readonly order: Order | undefined },
  { neighbours }: Observed,
  now: Temporal.Instant,
): AuthorityPlan {
  const because = order === 'pause' ? undefined : findRotateReason({ request, held: ca.signing, now, order });
  if (because === undefined) return planned;
  if (!isUrgent(planned.status, now) && neighbours.areOthersRotating(now)) return { ...planned, isQueued: true };
  const mark = order === 'start' ? orderMark(ca.place.resource) : ca.place.mark;
  return { needed: { steps: [prepareStep({ ...ca, place: { ...ca.place, mark } }, request, because)] } };
}

/** A tenth of the time between its renewal and its end has passed: it waits for nobody any more. */
function isUrgent({ renewalTime, notAfter }: CertificateStatus, now: Temporal.Instant): boolean {
  if (renewalTime === undefined) return false;
  const due = Temporal.Instant.from(renewalTime);
  const waits = due.until(Temporal.Instant.from(notAfter)).total('seconds') / 10;
  return Temporal.Instant.compare(now, due.add({ seconds: Math.floor(waits) })) > 0;
}

function prepareStep({ place, signing, seen }: KeptCa, issue: CertificateRequest, because: Finding): Step {
  return { part, do: 'prepare', next: { issue }, because, signing, seen, place };
}

/** What is done without any evidence: nobody is cut off by it. */
function wayBack(
  rotation: Rotation,
  request: CertificateRequest,
  observed: Observed,
  now: Temporal.Instant,
): Step | undefined {
  const { other, place, order, signing, seen } = rotation;
  if (order === 'abort' && other.phase !== 'retired' && other.held.keyPem !== '') {
    const done = { ...place, mark: orderMark(place.resource) };
    const to = other.phase === 'next' ? retired(rotation) : turnedBack(rotation, formerLeaves(rotation, observed, now));
    const note = other.phase === 'next' ? notes.withdrawn : notes.back;
    return { part, do: 'rotate', to: 'Aborted', desired: caSecret(to, done, now), seen, note };
  }
  if (other.phase !== 'next' || order === 'pause') return undefined;
  const isFit =
    findReplaceReason(other.held, { now }) === undefined &&
    findRotateReason({ request, held: other.held, now }) === undefined;
  if (isFit) return undefined;
  const because = findRotateReason({ request, held: signing, now });
  if (because !== undefined) return prepareStep(rotation, request, because);
  const desired = caSecret(retired(rotation), place, now);
  return { part, do: 'rotate', to: 'Aborted', desired, seen, note: notes.withdrawn };
}
