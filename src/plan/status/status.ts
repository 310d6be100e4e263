import { isDeepStrictEqual } from 'node:util';
import { type ConditionDraft, type ConditionType, mergeConditions } from '../../api/conditions.ts';
import type { Resource } from '../../api/kinds.ts';
import type { AcceptsStatus, CertificateStatus, GatewayStatus, Status } from '../../api/status.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import { renewalTime } from '../../pki/renewal.ts';
import type { Failure } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import type { HeldCertificate } from '../certificates/held.ts';
import type { CertificateRequest, ExternalCaRequest, ExternalLeafRequest } from '../certificates/request.ts';
import { claimTimes, newestClaim } from '../gateway/claim-times.ts';
import type { Claimant } from '../gateway/claims.ts';
import { formerCertificates, type Revoked } from './former.ts';
import { type KeptRootFindings, keptRootStatus, keptWarning } from './kept-roots.ts';
import { type Refusing, refusedStatus } from './refused.ts';
import { asLastSeen, type RotationFinding, rotatingCondition, rotationStatus } from './rotation.ts';

/** What became of one part of a reconcile. A part without an outcome was not reached. */
export interface PartOutcome {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export interface Findings {
  /** In the order in which they are worked on, each waiting for those before it. */
  readonly parts: readonly PartOutcome[];
  readonly failure?: Failure;
  /** What works and is still on its way to what it shall be. */
  readonly pending?: Failure;
  /** What works and a person should know of material that was brought along. */
  readonly warnings?: readonly Finding[];
  readonly certificates: readonly CertificateStatus[];
  readonly rotation?: RotationFinding;
  /** CAs that are trusted although no bundle has them any more; left out where it was not come to that. */
  readonly keptRoots?: KeptRootFindings;
  /** What is to be known of certificates that are revoked; left out where it was not come to that. */
  readonly revoked?: Revoked;
  /** Whom the gateway refuses; left out where it was not come to that. */
  readonly refused?: Refusing;
  readonly hosts?: string;
  readonly accepts?: AcceptsStatus;
  /** Issuers whose clients the routes allow; none: there is no authorization. */
  readonly allowedIssuers?: readonly string[];
  readonly gateway?: GatewayStatus;
}

/**
 * The status to store. kstatus: Reconciling and Stalled are there only while true, and never both. `rivalTimes`: since
 * when others claim the same, for what is claimed anew.
 */
export function nextStatus(
  resource: Resource<unknown>,
  findings: Findings,
  now: Temporal.Instant,
  rivalTimes: () => readonly string[] = () => [],
): Status {
  const { generation } = resource.metadata;
  const rotation = rotationOf(findings, resource.status);
  const drafts = [
    ...overall(findings),
    ...warning([...(findings.warnings ?? []), ...keptWarning(findings.keptRoots ?? [])]),
    ...rotatingCondition(rotation),
    ...findings.parts,
  ].map(shortened);
  const at = toTimestamp(now);
  const conditions = mergeConditions(resource.status.conditions ?? [], drafts, { generation, now: at });
  const certificates = knownCertificates(findings, resource.status.certificates ?? []);
  const former = formerCertificates(resource.status, certificates, findings.revoked, now);
  const refused = refusedStatus(findings.refused, resource.status.refused ?? [], now);
  const expires = certificates.map(({ notAfter }) => notAfter).sort()[0];
  return {
    observedGeneration: generation,
    conditions,
    certificates,
    ...(former.length === 0 ? {} : { formerCertificates: former }),
    ...(refused.length === 0 ? {} : { refused }),
    ...(expires === undefined ? {} : { expires }),
    claims: claimTimes(resource, { now: at, after: rivalTimes }),
    ...(rotation && { rotation: rotationStatus(rotation, resource.status.rotation, at) }),
    ...lasting(findings, resource.status),
  };
}

/** A failure before anybody came to the CA does not end its rotation. */
function rotationOf({ rotation, failure, certificates }: Findings, seen: Status): RotationFinding | undefined {
  const isUnseen = failure !== undefined && !certificates.some(({ name }) => name === 'ca');
  return rotation ?? (isUnseen && seen.rotation ? asLastSeen(seen.rotation) : undefined);
}

const lastingFields = ['hosts', 'accepts', 'allowedIssuers', 'keptRoots', 'gateway'] as const;

/** What is there stays known while something keeps us from looking at it. */
function lasting(findings: Findings, seen: Status): Pick<Status, (typeof lastingFields)[number]> {
  const { hosts = seen.hosts, accepts = seen.accepts, gateway = seen.gateway } = findings;
  const { allowedIssuers = seen.allowedIssuers ?? [], keptRoots = seen.keptRoots ?? [] } = findings;
  return {
    ...(hosts !== undefined && { hosts }),
    ...(accepts && { accepts }),
    ...(allowedIssuers.length > 0 && { allowedIssuers: [...allowedIssuers] }),
    ...(keptRoots.length > 0 && { keptRoots: keptRootStatus(keptRoots) }),
    ...(gateway && { gateway }),
  };
}

/** A resource, and those that claim the same. */
interface Claiming {
  readonly resource: Resource<unknown>;
  readonly neighbours: { readonly rivals: () => readonly Claimant[] };
}

/** The status that says what was found of the resource. */
export function statusAfter(findings: Findings, { resource, neighbours }: Claiming, now: Temporal.Instant): Status {
  return nextStatus(resource, findings, now, () => neighbours.rivals().flatMap(newestClaim));
}

/** Whether the resource already says it. */
export function isStatus({ status }: Resource<unknown>, wanted: Status): boolean {
  return isDeepStrictEqual(status, wanted);
}

/**
 * After a failure those that were not reached, as last seen: they are still in their Secrets, and still expire. One that is
 * revoked is none any more.
 */
function knownCertificates({ certificates, failure, revoked }: Findings, seen: readonly CertificateStatus[]) {
  if (failure === undefined) return [...certificates];
  const names = [...certificates.map(({ name }) => name), ...(revoked?.names ?? [])];
  return [...certificates, ...seen.filter(({ name }) => !names.includes(name))];
}

function overall({ parts, failure, pending }: Findings): readonly ConditionDraft[] {
  if (failure === undefined) {
    const ready: ConditionDraft = { type: 'Ready', status: 'True', reason: 'Ready', message: readyMessage(parts) };
    if (pending === undefined) return [ready];
    const { reason, message } = pending;
    // What is on its way may be right meanwhile, such as a former certificate; where it is not, its part says so.
    const isRight = parts.every(({ status }) => status !== 'False');
    const soFar: ConditionDraft = isRight ? ready : { type: 'Ready', status: 'False', reason, message };
    return [soFar, { type: 'Reconciling', status: 'True', reason, message }];
  }
  const { reason, message } = failure;
  const why = failure.class === 'permanent' ? 'Stalled' : 'Reconciling';
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: why, status: 'True', reason, message },
  ];
}

/** There only while there is something to say, like Stalled. */
function warning(found: readonly Finding[] = []): readonly ConditionDraft[] {
  const [first, ...others] = found;
  if (first === undefined) return [];
  const reason = others.length === 0 ? first.reason : 'SeveralFindings';
  const message = found.map(({ message }) => message).join('; ');
  return [{ type: 'MaterialWarning', status: 'True', reason, message }];
}

/** Of a condition, as its schema has it: a status with a longer one is refused whole, and nobody is told anything. */
const longestMessage = 32_768;

function shortened<Draft extends { readonly message: string }>(draft: Draft): Draft {
  return draft.message.length <= longestMessage ? draft : { ...draft, message: draft.message.slice(0, longestMessage) };
}

/** Ready says what it rests on: a part that could not be judged is named, not passed over. */
function readyMessage(parts: readonly PartOutcome[]): string {
  const unjudged = parts.filter(({ status }) => status === 'Unknown').map(({ message }) => message);
  return ['Certificates, gateway and enforcement match the spec', ...unjudged].join('; ');
}

/** `because`: why it was issued just now; of one that was issued before, `seen` knows. */
export function certificateStatus(
  request: CertificateRequest,
  { facts }: HeldCertificate,
  because?: string,
  seen: readonly CertificateStatus[] = [],
): CertificateStatus {
  const before = seen.find(({ name, serialNumber }) => name === request.name && serialNumber === facts.serialNumber);
  const issuedBecause = because ?? before?.issuedBecause;
  return {
    ...identify(request, facts),
    renewalTime: toTimestamp(renewalTime(facts, request.renewal)),
    ...(issuedBecause === undefined ? {} : { issuedBecause }),
  };
}

/** What was brought along has no renewal time: whoever brought it renews it. */
export function externalStatus(
  request: ExternalLeafRequest | ExternalCaRequest,
  { facts }: HeldCertificate,
): CertificateStatus {
  return { ...identify(request, facts), external: true };
}

function identify(
  { name, secretName, role }: Pick<CertificateRequest, 'name' | 'secretName' | 'role'>,
  facts: HeldCertificate['facts'],
) {
  const { serialNumber, sha256Fingerprint, notBefore, notAfter } = facts;
  return {
    name,
    secretName,
    serialNumber,
    sha256Fingerprint,
    ...(role === 'client' && { issuer: toRfc2253(facts.issuer.der) }),
    notBefore: toTimestamp(notBefore),
    notAfter: toTimestamp(notAfter),
  };
}

/** Whole seconds, as metav1.Time has them. */
export function toTimestamp(instant: Temporal.Instant): string {
  return instant.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString();
}
