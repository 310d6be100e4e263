import type { Resource } from '../../api/kinds.ts';
import type { Secret } from '../../model/kube-object.ts';
import { isFinding, readCertificate } from '../certificates/held.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import { ownChild } from '../children/child.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { isOver, readOther } from './generations.ts';
import { type CaPlace, caSecret, type Pair, switched, type TwoGenerations } from './moves.ts';
import { markOfSecret, type Order, orderMark, orderOf } from './order.ts';
import { readWithdrawn } from './withdrawn.ts';

/** A CA that is being rotated. */
export interface Rotation extends TwoGenerations {
  readonly place: CaPlace;
  readonly seen: Secret;
  /** The leaves that the resource asks for. */
  readonly leaves: readonly CertificateRequest[];
  readonly order: Order | undefined;
  /** What names the other generation as trusted whatever becomes of it, as the end of a sentence; empty: nothing does. */
  readonly namedBy: readonly string[];
  /** The Secret by which other resources have the same CA. */
  readonly caSecret: string;
}

/** A CA that signs, and where we keep it. */
export interface KeptCa extends Pair {
  readonly place: CaPlace;
  readonly seen: Secret;
}

/** The name under which the failure of a move is kept. */
export const part = 'rotation';

/** What the Secret of the CA says, and what a person asks of it. */
export function readKept(
  request: CaPlace['request'],
  resource: Resource<unknown>,
  { material }: Pick<Observed, 'material'>,
  now: Temporal.Instant,
) {
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
export function succeed(
  { seen, stored, other, place, order }: ReturnType<typeof readKept>,
  { failed }: Pick<Observed, 'failed'>,
  now: Temporal.Instant,
): Step | undefined {
  if (seen === undefined || stored === undefined || other?.phase !== 'next') return undefined;
  if (order === 'now' || failed.has(part) || !isOver(stored, now) || isOver(other.held, now)) return undefined;
  const desired = caSecret(switched({ signing: stored, other }, []), place, now);
  return { part, do: 'rotate', to: 'Switched', desired, seen, note: succeeded };
}

const succeeded =
  'The CA that signed has ended; the next one signs from now on, and nobody has a certificate of it yet';

/** For people. */
export const notes = {
  withdrawn: 'The next CA was withdrawn before it signed anything; the present one stays',
  back: 'The previous CA signs again; the other one stays trusted until every client has a certificate of it',
} as const;
