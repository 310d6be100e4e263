import { longestWait, type RotationState } from '../../api/rotation.ts';
import type { Status } from '../../api/status.ts';
import type { KubeObject, Secret } from '../../model/kube-object.ts';
import { isFinding, readCertificate } from '../certificates/held.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import type { OtherCa } from '../proof/tls-checks.ts';
import { type Evidence, notInOrder, type RotationFinding } from '../status/rotation.ts';
import type { RotateStep } from '../steps.ts';
import { routesWaitedFor } from './allowers.ts';
import { clientsOf, formerLeaves } from './former-leaves.ts';
import { isOver, type Phase } from './generations.ts';
import { part, type Rotation } from './kept-ca.ts';
import { caSecret, retired, switched } from './moves.ts';
import { loadedOf, withoutOf } from './order.ts';
import { sharersWaitedFor } from './sharers.ts';
import { sessionEnd, withdraw } from './withdrawn.ts';

/**
 * Whether the rotation goes on, from what was seen in this very plan: every part before has come to its end. A timer never
 * lets it go on. To be called last; throws the failure of the last move.
 */
export function planRotation(rotation: Rotation | undefined, endpoints: readonly string[], course: Course): void {
  const { draft, observed, now } = course;
  const failure = observed.failed.get(part);
  if (failure !== undefined) throw failure;
  if (rotation === undefined) return;
  for (const { notAfter } of rotation.other.leaves ?? []) draft.lookAgainAfter(notAfter);
  const isInOrder = draft.failure === undefined && draft.pending === undefined;
  const waitsFor = isInOrder ? waitsOf(rotation, course) : [notInOrder];
  draft.setRotation(describeRotation(rotation, waitsFor, observed, isInOrder));
  if (waitsFor.length === 0) draft.need({ steps: [moveOf(rotation, endpoints, observed, now)] });
}

/** Whose clients are accepted, or no longer, beside those of the CA that signs; undefined where nobody can show one. */
export function otherCaOf(rotation: Rotation | undefined, now: Temporal.Instant): OtherCa | undefined {
  if (rotation === undefined || isOver(rotation.other.held, now) || rotation.other.held.keyPem === '') return undefined;
  const isNamed = rotation.namedBy.length > 0;
  return { issuer: rotation.other.held, mustPass: rotation.other.phase !== 'retired' || isNamed };
}

/** How long others wait for one that does not go on: nobody is to keep the CAs of others from being exchanged. */
const longestTurn = Temporal.Duration.from({ minutes: 10 });

/** Whether trust or certificates of the resource change just now, as its status says. */
export function isMoving(resource: KubeObject, now: Temporal.Instant): boolean {
  const { rotation } = (resource['status'] ?? {}) as Status;
  if (rotation === undefined || rotation.state === 'Drained') return false;
  // Others may write a status too: of one that cannot be read nobody waits for anything.
  return now.epochMilliseconds < Date.parse(rotation.since) + longestTurn.total('milliseconds');
}

/** How far it is; `isInOrder`: all that the state asks of gateway and NGINX was seen. */
export function describeRotation(
  { signing, other, place }: Rotation,
  waitsFor: readonly string[],
  { done }: Pick<Observed, 'done'>,
  isInOrder = false,
): RotationFinding {
  const evidence = done.flatMap((step) => (step.do === 'rotate' && step.evidence ? [step.evidence] : []));
  const without = other.phase === 'next' ? undefined : withoutOf(place.resource);
  return {
    state: states[other.phase][isInOrder ? 1 : 0],
    signing: signing.facts.sha256Fingerprint,
    other: other.held.facts.sha256Fingerprint,
    ...{ waitsFor, evidence },
    ...(without && { retiredWithout: `${without.clients.join(', ')}: ${without.reason}` }),
  };
}

/** Before and after all that a state asks for was seen. */
const states: Readonly<Record<Phase, readonly [RotationState, RotationState]>> = {
  next: ['Prepared', 'Trusted'],
  previous: ['Switched', 'Drained'],
  retired: ['Retired', 'Retired'],
};

function waitsOf(rotation: Rotation, course: Course): readonly string[] {
  const paused = rotation.order === 'pause' ? ['the annotation mtls-operator.dev/rotate-ca to end its pause'] : [];
  const routes = routesWaitedFor(rotation, course.observed);
  const sharers = sharersWaitedFor(rotation, course.observed);
  const named = rotation.other.phase === 'next' ? [] : rotation.namedBy;
  return [...paused, ...bounded([...named, ...routes, ...sharers, ...clientsWaitedFor(rotation, course)])];
}

/** A sentence for each, as far as people read; the others are counted, last of all clients. */
function bounded(parties: readonly string[]): readonly string[] {
  const more = parties.length - longestWait;
  return more <= 0 ? parties : [...parties.slice(0, longestWait - 1), `${more + 1} more clients`];
}

function clientsWaitedFor(rotation: Rotation, { observed, now }: Course): readonly string[] {
  const { other, place, leaves } = rotation;
  const ignored = withoutOf(place.resource)?.clients ?? [];
  const secretOf = new Map(clientsOf(leaves).map(({ name, secretName }) => [name, secretName]));
  const secretFor = (name: string) => observed.material.secrets.get(secretOf.get(name) ?? '');
  const isWaitedFor = (name: string) => secretOf.has(name) && !ignored.includes(shortName(name));
  if (other.phase === 'next') {
    if (other.crossPem !== '' || !leaves.some(({ role }) => role === 'server')) return [];
    const trusting = other.held.facts.sha256Fingerprint;
    return [...secretOf.keys()]
      .filter((name) => isWaitedFor(name) && !loadedOf(secretFor(name)).includes(trusting))
      .map((name) => `the client ${shortName(name)} to trust the next CA, for which there is no cross certificate`);
  }
  if (other.phase === 'retired') return [];
  // Where nobody knows the leaves any more, each client may have one for as long as the CA lasts.
  const { notAfter: end } = other.held.facts;
  const former = other.leaves ?? Array.from(secretOf.keys(), (name) => ({ name, notAfter: end }));
  return former
    .filter(({ name, notAfter }) => isWaitedFor(name) && Temporal.Instant.compare(now, notAfter) <= 0)
    .filter(({ name }) => !hasLoaded(secretFor(name)))
    .map(
      ({ name, notAfter }) => `the client ${shortName(name)}, whose certificate of the other CA ends at ${notAfter}`,
    );
}

/** Whether its holder says that it has loaded the leaf that is in it now: of an earlier one nobody knows whose it was. */
function hasLoaded(secret: Secret | undefined): boolean {
  const held = readCertificate(secret, false);
  return !isFinding(held) && loadedOf(secret).includes(held.facts.sha256Fingerprint);
}

function shortName(name: string): string {
  return name.replace(/^client\//, '');
}

function moveOf(
  rotation: Rotation,
  endpoints: readonly string[],
  observed: Observed,
  now: Temporal.Instant,
): { readonly part: string } & RotateStep {
  const { place, seen, other } = rotation;
  const [gate, to, note, pair] = {
    next: () => ['Trusted', 'Switched', switchNote, switched(rotation, formerLeaves(rotation, observed, now))] as const,
    previous: () => ['Drained', 'Retired', retireNote, retired(rotation)] as const,
    retired: () => ['Retired', 'Refused', refusedNote(observed), { signing: rotation.signing }] as const,
  }[other.phase]();
  const evidence: Evidence = { gate, endpoints, at: now };
  const gone = () => withdraw(place.withdrawn, [other.held.facts], place.resource, sessionEnd(now));
  const after = other.phase === 'retired' ? { ...place, withdrawn: gone() } : place;
  return { part, do: 'rotate', to, desired: caSecret(pair, after, now), seen, note, evidence };
}

const switchNote = 'The next CA signs from now on; the previous one stays trusted';
const retireNote = 'The previous CA is trusted no more';
const endNote = 'The rotation of the CA is over: clients of the previous one are rejected everywhere';

/** After a restart there is no such session to ask with. */
function refusedNote({ dataPlane }: Pick<Observed, 'dataPlane'>): string {
  return dataPlane?.areSessionsRefused === true ? `${endNote}, also by TLS sessions from before` : endNote;
}
