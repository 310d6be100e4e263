import type { About } from '../release/about.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { pauseAfter } from './goal.ts';
import { type Proof, prove } from './proof.ts';

/** How long workers may show the leaf that they read before: the cache of NGINX holds it for a second. */
const leafPatience = Temporal.Duration.from({ seconds: 5 });
/** How long handshakes may fail after a change: NGINX reads certificate and key one after another. */
const failurePatience = Temporal.Duration.from({ milliseconds: 1500 });
/** How long workers that did not answer are asked again, where those that did are right. */
const unseenPatience = Temporal.Duration.from({ seconds: 3 });

/** What is left to do for the release that is current. */
export function planProof(about: About, facts: Facts): Decision {
  const { id } = about;
  if (facts.asksMachine && facts.machine?.id !== id) return { do: 'test-machine', id };
  if (facts.machine?.result.ok === false) return give(facts, id, facts.machine.result);
  if (!facts.isRunning) return planStopped(id, facts);
  const proof = prove(about, facts);
  if (proof.kind === 'right') return planRight(id, proof.unseen, facts);
  return planWrong(id, proof, facts);
}

/** NGINX starts from what is current by itself. Where that is rejected at the start, this is why. */
function planStopped(id: string, facts: Facts): Decision {
  const result = facts.tests.get(id);
  if (result?.ok === false) return give(facts, id, result);
  const isLate = sinceChange(facts) >= facts.reloadTimeout.total('milliseconds');
  const back = isLate ? planStart(facts) : undefined;
  if (back !== undefined) return back;
  return { do: 'wait', state: 'blocked', reason: 'NginxNotRunning', message: 'NGINX is not running' };
}

/**
 * What is current may be what keeps NGINX from starting, though it passed `nginx -t`: with the last good release it starts,
 * and the other one is tried again then.
 */
export function planStart({ isRunning, good, current, laid }: Facts): Decision | undefined {
  if (isRunning || good === undefined || current?.id === good || !laid.some(({ id }) => id === good)) return undefined;
  return { do: 'switch', id: good, why: 'NGINX is not running, and is to start with the last good release' };
}

function planRight(id: string, unseen: number, facts: Facts): Decision {
  if (unseen > 0 && sinceChange(facts) < unseenPatience.total('milliseconds'))
    return proving('WorkersUnseen', `${unseen} of ${facts.workers.length} workers have not answered the agent yet`);
  if (facts.good !== id) return { do: 'approve', id };
  const stale = staleReleases(facts);
  if (stale.length > 0) return { do: 'remove', ids: stale };
  return { do: 'wait', state: 'served', reason: '', message: '' };
}

function planWrong(id: string, proof: Exclude<Proof, { kind: 'right' }>, facts: Facts): Decision {
  const reload = facts.reload?.id === id ? facts.reload : undefined;
  if (reload === undefined) {
    const isLate = sinceChange(facts) >= patienceFor(proof);
    if (isLate) return { do: 'reload', id, why: proof.message };
    return proving(proof.kind === 'unseen' ? 'WorkersUnseen' : 'LeafNotTakenUp', proof.message);
  }
  const waited = elapsed(reload.at, facts.now);
  const isSlow = ['not-loaded', 'silent', 'unseen'].includes(proof.kind);
  const patience = isSlow ? facts.reloadTimeout : failurePatience;
  if (waited < patience.total('milliseconds')) return proving('ReloadRequested', proof.message);
  return give(facts, id, { reason: reasons[proof.kind], message: proof.message });
}

/** Workers of another release are told at once; a leaf they may be about to read by themselves. */
function patienceFor({ kind }: Proof): number {
  if (kind === 'other-leaf') return leafPatience.total('milliseconds');
  if (kind === 'unseen') return unseenPatience.total('milliseconds');
  return kind === 'failing' || kind === 'silent' ? failurePatience.total('milliseconds') : 0;
}

const reasons = {
  'not-loaded': 'NotLoaded',
  silent: 'NotLoaded',
  unseen: 'NotLoaded',
  'other-leaf': 'OtherCertificateServed',
  failing: 'HandshakesFail',
  wrong: 'OtherTrustServed',
} as const;

/** Rejected, so that the last good release comes back; where this is the last good one, tried again after a pause. */
function give(facts: Facts, id: string, why: { readonly reason: string; readonly message: string }): Decision {
  if (facts.good !== id && !facts.rejections.some((rejection) => rejection.id === id && isFresh(facts, rejection.at)))
    return { do: 'reject', id, ...why };
  const count = facts.rejections.find((rejection) => rejection.id === id)?.count ?? 1;
  const isDue = facts.reload === undefined || elapsed(facts.reload.at, facts.now) >= pauseAfter(count);
  if (isDue && facts.isRunning && facts.machine?.result.ok !== false) return { do: 'reload', id, why: why.message };
  return { do: 'wait', state: 'blocked', ...why };
}

function isFresh({ reload, current }: Facts, at: Temporal.Instant): boolean {
  const change = reload?.at ?? current?.since;
  return change === undefined || Temporal.Instant.compare(at, change) >= 0;
}

function sinceChange({ now, current, reload }: Facts): number {
  const changes = [current?.since, reload?.at].filter((one) => one !== undefined);
  return Math.min(...changes.map((at) => elapsed(at, now)));
}

/** In milliseconds. What is still to come, by a clock that was set back, is long over: nobody waits for an hour. */
function elapsed(at: Temporal.Instant, now: Temporal.Instant): number {
  const passed = now.since(at).total('milliseconds');
  return passed < 0 ? Number.POSITIVE_INFINITY : passed;
}

/** Beside what is current, and what was before it, nothing is kept. */
function staleReleases({ laid, current, good }: Facts): readonly string[] {
  const others = laid.map(({ id }) => id).filter((id) => id !== current?.id && id !== good);
  return others.slice(0, -1);
}

function proving(reason: string, message: string): Decision {
  return { do: 'wait', state: 'proving', reason, message };
}
