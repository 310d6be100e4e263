import { toMicroTime } from '../std/micro-time.ts';
import type { Candidate, LeaseRecord, StoredLease } from './record.ts';

/**
 * The state machine of the election, pure: what was seen goes in, what to do comes out. `now` is monotonic time in
 * milliseconds; the wall clock is only written down for people.
 */
export interface Standing {
  /** The Lease as last seen. `version` is undefined where it was gone. */
  readonly seen?: { readonly record: LeaseRecord; readonly version: string | undefined; readonly since: number };
  /** When the last write that made or kept us the holder was sent: before that the others cannot have seen it. */
  readonly heldSince?: number;
}

export type Decision =
  | { readonly kind: 'create'; readonly record: LeaseRecord }
  | { readonly kind: 'write'; readonly record: LeaseRecord; readonly version: string }
  | { readonly kind: 'wait' }
  | { readonly kind: 'lost'; readonly because: LossReason };

export type LossReason = 'held by another process' | 'deleted' | 'not renewed in time';

/** What a read brought; undefined is a Lease that is not there. */
export function observe(standing: Standing, stored: StoredLease | undefined, now: number): Standing {
  const { seen } = standing;
  if (stored === undefined) {
    // Who held it may not know yet that it is gone: it counts as a change of the record, no more.
    if (seen === undefined || seen.version === undefined) return standing;
    return { ...standing, seen: { ...seen, version: undefined, since: now } };
  }
  const unchanged = seen?.version !== undefined && isSame(seen.record, stored.record);
  return { ...standing, seen: { ...stored, since: unchanged ? seen.since : now } };
}

/** A write of ours was accepted; it was sent at `sentAt`. */
export function wrote(stored: StoredLease, sentAt: number): Standing {
  return { seen: { ...stored, since: sentAt }, heldSince: sentAt };
}

/** Whether we may act at this moment. */
export function holds({ heldSince }: Standing, { renewDeadlineMilliseconds }: Candidate, now: number): boolean {
  return heldSince !== undefined && now - heldSince < renewDeadlineMilliseconds;
}

export function decide(standing: Standing, me: Candidate, now: number, wall: Temporal.Instant): Decision {
  const { seen, heldSince } = standing;
  if (heldSince !== undefined) {
    const because = findLoss(standing, me, now);
    if (because !== undefined) return { kind: 'lost', because };
  }
  if (seen === undefined) return { kind: 'create', record: claim(undefined, me, wall) };
  const { record, version } = seen;
  if (record.holder !== me.identity && !isFree(record, seen.since, now)) return { kind: 'wait' };
  const next = claim(record, me, wall);
  return version === undefined ? { kind: 'create', record: next } : { kind: 'write', record: next, version };
}

/** The record that lets the next one in at once. */
export function released(record: LeaseRecord, wall: Temporal.Instant): LeaseRecord {
  return { ...record, holder: '', durationSeconds: 1, renewTime: toMicroTime(wall) };
}

function findLoss(standing: Standing, me: Candidate, now: number): LossReason | undefined {
  if (standing.seen?.version === undefined) return 'deleted';
  if (standing.seen.record.holder !== me.identity) return 'held by another process';
  return holds(standing, me, now) ? undefined : 'not renewed in time';
}

function isFree({ holder, durationSeconds }: LeaseRecord, since: number, now: number): boolean {
  return holder === '' || now - since >= durationSeconds * 1000;
}

function claim(previous: LeaseRecord | undefined, me: Candidate, wall: Temporal.Instant): LeaseRecord {
  const now = toMicroTime(wall);
  const common = { holder: me.identity, durationSeconds: Math.ceil(me.leaseMilliseconds / 1000), renewTime: now };
  if (previous === undefined) return { ...common, acquireTime: now, transitions: 0 };
  if (previous.holder === me.identity) return { ...previous, ...common };
  return { ...common, acquireTime: now, transitions: previous.transitions + 1 };
}

function isSame(one: LeaseRecord, other: LeaseRecord): boolean {
  return (
    one.holder === other.holder &&
    one.durationSeconds === other.durationSeconds &&
    one.acquireTime === other.acquireTime &&
    one.renewTime === other.renewTime &&
    one.transitions === other.transitions
  );
}
