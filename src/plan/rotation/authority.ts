import type { Resource } from '../../api/kinds.ts';
import type { CertificateStatus } from '../../api/status.ts';
import type { Secret } from '../../model/kube-object.ts';
import type { Finding } from '../../std/finding.ts';
import { type Authority, pemOf } from '../certificates/external.ts';
import { type HeldCertificate, isFinding, readCertificate } from '../certificates/held.ts';
import { findReplaceReason, findRotateReason } from '../certificates/issue-reason.ts';
import { planIssued } from '../certificates/issued.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import { ownChild } from '../children/child.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { formerLeaves } from './former-leaves.ts';
import { anchorsOf, intermediatesOf, isOver, readOther, rotationTexts } from './generations.ts';
import { type CaPlace, caSecret, type Pair, retired, switched, type TwoGenerations, turnedBack } from './moves.ts';
import { markOfSecret, type Order, orderMark, orderOf } from './order.ts';
import { casIn, readWithdrawn, withdraw, withdrawnTexts } from './withdrawn.ts';

/** A CA of ours that is being rotated. */
export interface Rotation extends TwoGenerations {
  readonly place: CaPlace;
  readonly seen: Secret;
  /** The leaves that the resource asks for. */
  readonly leaves: readonly CertificateRequest[];
  readonly order: Order | undefined;
}

/** A CA of ours that signs, and where it lies. */
export interface KeptCa extends Pair {
  readonly place: CaPlace;
  readonly seen: Secret;
}

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

/** The name under which the failure of a move is kept. */
export const part = 'rotation';

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
  const { seen, order, stored, other, place } = read(asked, resource, observed, now);
  const succession =
    stored && order !== 'now' ? succeed({ signing: stored, other }, place, seen, observed, now) : undefined;
  if (succession !== undefined) return { needed: { steps: [succession] } };
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
  const kept = { signing: held, other, place, seen };
  if (other === undefined && hasFailed) return { authority, status, kept };
  if (other === undefined) return withStart({ authority, status, kept }, { place, seen, order }, observed, now);
  const found = { signing: held, other, place, seen, leaves, order };
  const step = hasFailed ? undefined : wayBack(found, observed, now);
  return step === undefined ? { authority, status, kept, rotation: found } : { needed: { steps: [step] } };
}

/** What the Secret of the CA says, and what a person asks of it. */
function read({ request }: Asked, resource: Resource<unknown>, { material }: Observed, now: Temporal.Instant) {
  const seen = ownChild(material.secrets, request.secretName, resource);
  const order = orderOf(resource, seen);
  const found = readCertificate(seen, false);
  const stored = isFinding(found) ? undefined : found;
  const other = seen && stored && readOther(seen, stored);
  // An abort with nothing to abort is carried out.
  const isIdleAbort = order === 'abort' && other === undefined;
  const mark = isIdleAbort ? orderMark(resource) : markOfSecret(seen);
  const place: CaPlace = { resource, request, mark, withdrawn: readWithdrawn(seen, now) };
  return { seen, order, stored, other, place };
}

/** The CA that signed has ended before the next one was seen to be trusted everywhere: better that one than another. */
function succeed(
  { signing, other }: Pair,
  place: CaPlace,
  seen: Secret | undefined,
  { failed }: Observed,
  now: Temporal.Instant,
): Step | undefined {
  if (seen === undefined || other?.phase !== 'next' || failed.has(part)) return undefined;
  if (!isOver(signing, now) || isOver(other.held, now)) return undefined;
  const desired = caSecret(switched({ signing, other }, []), place, now);
  return { part, do: 'rotate', to: 'Switched', desired, seen, note: succeeded };
}

const succeeded =
  'The CA that signed has ended; the next one signs from now on, and nobody has a certificate of it yet';

type Planned = Extract<AuthorityPlan, { authority: object }>;

function withStart(
  planned: Planned,
  { place, seen, order }: { readonly place: CaPlace; readonly seen: Secret; readonly order: Order | undefined },
  { neighbours }: Observed,
  now: Temporal.Instant,
): AuthorityPlan {
  const { request, resource } = place;
  const because =
    order === 'pause' ? undefined : findRotateReason({ request, held: planned.authority.issuer, now, order });
  if (because === undefined) return planned;
  if (!isUrgent(planned.status, now) && neighbours.areOthersRotating(now)) return { ...planned, isQueued: true };
  const mark = order === 'start' ? orderMark(resource) : place.mark;
  return { needed: { steps: [prepareStep({ ...place, mark }, planned.authority.issuer, seen, because)] } };
}

/** A tenth of the time between its renewal and its end has passed: it waits for nobody any more. */
function isUrgent({ renewalTime, notAfter }: CertificateStatus, now: Temporal.Instant): boolean {
  if (renewalTime === undefined) return false;
  const due = Temporal.Instant.from(renewalTime);
  const waits = due.until(Temporal.Instant.from(notAfter)).total('seconds') / 10;
  return Temporal.Instant.compare(now, due.add({ seconds: Math.floor(waits) })) > 0;
}

function prepareStep(place: CaPlace, signing: HeldCertificate, seen: Secret, because: Finding): Step {
  const { request, mark, withdrawn } = place;
  return { part, do: 'prepare', request, because, signing, seen, mark, withdrawn };
}

/** What is done without any evidence: nobody is cut off by it. */
function wayBack(rotation: Rotation, observed: Observed, now: Temporal.Instant): Step | undefined {
  const { other, place, order, signing, seen } = rotation;
  const { resource, request } = place;
  if (order === 'abort' && other.phase !== 'retired' && other.held.keyPem !== '') {
    const done = { ...place, mark: orderMark(resource) };
    const to = other.phase === 'next' ? retired(rotation) : turnedBack(rotation, formerLeaves(rotation, observed, now));
    const note = other.phase === 'next' ? withdrawn : back;
    return { part, do: 'rotate', to: 'Aborted', desired: caSecret(to, done, now), seen, note };
  }
  if (other.phase !== 'next' || order === 'pause') return undefined;
  const isFit =
    findReplaceReason(other.held, { request, now }) === undefined &&
    findRotateReason({ request, held: other.held, now }) === undefined;
  if (isFit) return undefined;
  const because = findRotateReason({ request, held: signing, now });
  if (because !== undefined) return prepareStep(place, signing, seen, because);
  return { part, do: 'rotate', to: 'Aborted', desired: caSecret(retired(rotation), place, now), seen, note: withdrawn };
}

const withdrawn = 'The next CA was withdrawn before it signed anything; the present one stays';
const back = 'The previous CA signs again; the other one stays trusted until every client has a certificate of it';
