import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import { isUnknown } from '../../api/reasons/catalogue.ts';
import { countValues, type Denial } from '../../model/denial.ts';
import { Failure, permanent, transient } from '../../std/failure.ts';
import type { Steps } from '../../std/steps.ts';
import type { Certificates } from '../certificates/certificates.ts';
import type { Needed, PartPlan } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import { findTrue } from '../proof/standing-proof.ts';
import { type Denials, denialsOf, revokedNames, type SessionsBefore } from './denials.ts';
import { knownCertificates } from './known.ts';

const part = 'revoked';

/**
 * How long the rule is relied upon that refuses revoked certificates: it is shared, and another tool may take it away,
 * of which no object of ours tells.
 */
const standsFor = Temporal.Duration.from({ minutes: 5 });

/** Whether anything is revoked, or was: then the gateway has to be looked at. */
export function concernsRevocation({ spec, status }: Resource<MtlsGatewaySpec>): boolean {
  const { conditions = [], formerCertificates = [] } = status;
  const isRevoked = spec.revoked.length > 0 || revokedNames(spec).length > 0;
  return (
    isRevoked ||
    conditions.some(({ type }) => type === 'Revoked') ||
    formerCertificates.some(({ revoked }) => revoked === true)
  );
}

/** What of revocation a plan goes on with. */
export interface Refused {
  /** The gateway refuses all that it can be told to refuse. */
  readonly isHeld: boolean;
  /** So it does with all that began before a CA was withdrawn. */
  readonly areSessionsCut?: boolean;
  /** Nothing is revoked any more, and the gateway knows. */
  readonly isNothing?: boolean;
}

/** What decides whom the gateway refuses, beside the spec. */
interface Given {
  /** Those that it serves for the resource. */
  readonly hosts: readonly string[];
  readonly certificates: Certificates;
  readonly sessions: SessionsBefore;
}

/**
 * What makes the gateway refuse what is revoked, at the hosts that it serves for this resource. What stands in the way is
 * told, and nothing else waits for it.
 */
export function* planRevoked(
  resource: Resource<MtlsGatewaySpec>,
  { hosts, certificates, sessions }: Given,
  course: Course,
): Steps<PartPlan<Refused>> {
  const { observed, draft, now } = course;
  const known = knownCertificates(resource, certificates, observed);
  const all = denialsOf(resource, hosts, known, now, sessions);
  for (const { until } of sessions.unverified) draft.lookAgainAfter(Temporal.Instant.from(until));
  const fingerprints = resource.spec.revoked.flatMap(({ sha256Fingerprint }) => sha256Fingerprint ?? []);
  draft.setRevoked({ names: revokedNames(resource.spec), fingerprints });
  const isNothing = all.denials.length === 0 && all.unknown.length === 0;
  const seen = asLeft(observed);
  if (!isNothing || seen !== undefined) draft.lookAgainAfter(observed.startedAt.add(standsFor));
  if (seen !== undefined) {
    tellRefused(all.parties, course);
    return { value: { isHeld: true }, reason: seen.reason, message: seen.message };
  }
  const state = held(all, observed);
  if (state === 'held') tellRefused(all.parties, course);
  if (state instanceof Failure && state.class === 'permanent') tellRefused([], course);
  if (state instanceof Failure) return isOnlyOfSessions(all) ? asFarAsItCan(state, all) : failed(state);
  if (state !== 'held') return state;
  return found(all, isNothing);
}

/** Of a gateway that cannot be asked just now, what was known of it stays. */
function tellRefused(parties: readonly string[], { draft, observed: { gateway } }: Course): void {
  const longestConnection = gateway instanceof Failure ? undefined : gateway.longestConnection;
  draft.setRefused({ parties, proven: [], longestConnection });
}

/** What an earlier process has found is gone on with, as its proof is: `standsFor` soon ends. */
function asLeft({ standing, resource: { metadata, status } }: Observed) {
  if (standing === undefined || standing.keptUntil !== undefined) return undefined;
  return findTrue('Revoked', status.conditions ?? [], metadata.generation);
}

/** What is needed before the gateway refuses exactly these; or why it does not. */
function held({ denials }: Denials, observed: Observed): 'held' | Needed | Failure {
  const { outage, gateway, denyList, owner, done, failed: failures } = observed;
  if (outage?.admin !== undefined) return outage.admin;
  if (gateway instanceof Failure) return gateway;
  const failure = failures.get(part);
  if (failure !== undefined) return failure;
  if (denyList === undefined) return { looks: [{ part, at: 'denyList' }] };
  if (denyList.holds(owner, denials)) return 'held';
  const isDone = done.some(
    (step) => step.do === 'deny' && step.part === part && isDeepStrictEqual(step.denials, denials),
  );
  // Somebody else has changed the rule since; the next reconcile looks again.
  if (isDone)
    return transient(
      'RevocationUndone',
      `The rule for revoked certificates at ${gateway.label} was changed by somebody else`,
    );
  return { steps: [{ part, standalone: true, do: 'deny', gateway: gateway.label, denials }] };
}

/** Everything else of the resource goes on. */
function failed(failure: Failure): PartPlan<Refused> {
  const { reason, message } = failure;
  return { value: { isHeld: false }, status: isUnknown(reason) ? 'Unknown' : 'False', reason, message, failure };
}

const bySession: readonly Denial['by'][] = ['issuer', 'unverified'];

/** Nobody has revoked anything: all of these are rejected wherever they begin anew. */
function isOnlyOfSessions({ denials, unknown }: Denials): boolean {
  return unknown.length === 0 && denials.every(({ by }) => bySession.includes(by));
}

/** What a gateway cannot do is no failure of a rotation, or of a host, which were never to wait for it. */
function asFarAsItCan(failure: Failure, { denials }: Denials): PartPlan<Refused> {
  if (failure.class === 'transient') return failed(failure);
  const whose = bySession.filter((by) => denials.some((denial) => denial.by === by)).map((by) => clientsBy[by]);
  const open = `Clients ${whose.join(' and clients ')} are rejected on new connections; those that they have may go on for an hour. `;
  const message = (whose.length === 0 ? '' : open) + failure.message;
  return { value: { isHeld: true }, status: 'Unknown', reason: failure.reason, message };
}

const clientsBy: Partial<Record<Denial['by'], string>> = {
  issuer: 'of the withdrawn CA',
  unverified: 'without a certificate',
};

const notCut = 'an answer under way and an open WebSocket are not cut';

function found({ unknown, denials }: Denials, isNothing: boolean): PartPlan<Refused> {
  if (isNothing) return { value: { isHeld: true, isNothing }, reason: 'Refused', message: 'Nothing is revoked' };
  if (unknown.length > 0) return { ...failed(unknownFailure(unknown)), value: { isHeld: true } };
  const count = countValues(denials);
  const cas = denials.filter(({ by }) => by === 'issuer').length;
  const hosts = denials.flatMap((denial) => (denial.by === 'unverified' ? denial.hosts : [])).length;
  const counted = [
    ...(count > 0 ? [`${count} certificate${plural(count)} or subject${plural(count)}`] : []),
    ...(cas > 0 ? [`all of ${cas} withdrawn CA${plural(cas)}`] : []),
    ...(hosts > 0 ? [`what clients began without a certificate at ${hosts} host${plural(hosts)}`] : []),
  ];
  const what = counted.join(', ');
  const message = `The gateway answers requests with what is revoked (${what}) with HTTP 403, on new, kept and resumed connections; ${notCut}`;
  return { value: { isHeld: true, areSessionsCut: true }, reason: 'Refused', message };
}

function plural(count: number): string {
  return count === 1 ? '' : 's';
}

function unknownFailure(fields: readonly string[]): Failure {
  return permanent(
    'RevokedCertificateUnknown',
    `${fields.join(', ')}: the gateway cannot refuse a certificate by its SHA-256, and it is none that this resource has issued: give its issuer and serialNumber`,
  );
}
