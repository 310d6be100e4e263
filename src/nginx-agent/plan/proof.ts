import type { About } from '../release/about.ts';
import type { Facts, Shown, Worker } from './facts.ts';

/** What NGINX shows, beside what it is to show. */
export type Proof =
  | { readonly kind: 'right'; readonly unseen: number }
  /** Workers run what was loaded before. */
  | { readonly kind: 'not-loaded'; readonly message: string }
  /** Workers that may run what was loaded before: they are older than those that are right, and have not answered. */
  | { readonly kind: 'unseen'; readonly message: string }
  /** Nobody answered: in the moment of a change a handshake may fail. */
  | { readonly kind: 'silent'; readonly message: string }
  /** The workers are right, and the leaf is not: they may only have read the one before. */
  | { readonly kind: 'other-leaf'; readonly message: string }
  /** As `other-leaf`, but nobody gets in meanwhile. */
  | { readonly kind: 'failing'; readonly message: string }
  /** Who is trusted is wrong, which nothing but another release mends. */
  | { readonly kind: 'wrong'; readonly message: string };

type Seen = Pick<Facts, 'workers' | 'shown' | 'doors'>;

/** Pure. Workers that answered are judged by what they showed; of the others the age says what they must have loaded. */
export function prove(about: About, seen: Seen): Proof {
  const known = seen.workers.filter(({ pid }) => seen.shown.has(pid));
  const right = known.filter(({ pid }) => seen.shown.get(pid)?.loads === about.loads);
  const stale = known.filter((worker) => !right.includes(worker));
  const unsure = seen.workers.filter((worker) => !known.includes(worker) && !isYounger(worker, right));
  if (seen.workers.length === 0) return { kind: 'not-loaded', message: 'NGINX has no worker process' };
  if (known.length === 0) return refusal(seen) ?? { kind: 'silent', message: 'No worker of NGINX answers the agent' };
  if (stale.length > 0)
    return { kind: 'not-loaded', message: `${stale.length} of ${seen.workers.length} workers run another release` };
  if (unsure.length > 0)
    return {
      kind: 'unseen',
      message: `${unsure.length} of ${seen.workers.length} workers have not answered the agent yet`,
    };
  return proveShown(about, seen, right);
}

/** The master starts workers of what it loaded last: none that is younger than one of a release runs an older one. */
function isYounger(worker: Worker, right: readonly Worker[]): boolean {
  return right.some(({ startedAt }) => worker.startedAt >= startedAt);
}

function proveShown(about: About, { workers, shown, doors }: Seen, right: readonly Worker[]): Proof {
  const all = right.map(({ pid }) => shown.get(pid)).filter((one): one is Shown => one !== undefined);
  if (all.some(({ authorities }) => authorities !== about.authorities))
    return { kind: 'wrong', message: 'NGINX accepts clients of other CAs than those in ca.crt' };
  const open = doors.find((door) => door.kind === 'open' && !door.rejectsStrangers);
  if (open !== undefined)
    return { kind: 'wrong', message: `Port ${open.port} answers a client that shows no certificate` };
  const failing = doors.find((door) => door.kind === 'failing');
  if (failing?.kind === 'failing') return explain(failing);
  const others = [...all, ...doors].filter((one) => 'leaf' in one && one.leaf !== about.leaf);
  if (others.length > 0) return { kind: 'other-leaf', message: 'NGINX shows another certificate than tls.crt' };
  return { kind: 'right', unseen: workers.length - right.length };
}

/** With a leaf that nobody can use, no handshake ends well, the agent's own included. */
function refusal({ doors }: Seen): Proof | undefined {
  const failing = doors.find((door) => door.kind === 'failing' && door.isRefused);
  return failing?.kind === 'failing' ? explain(failing) : undefined;
}

function explain({ port, why }: { readonly port: number; readonly why: string }): Proof {
  return { kind: 'failing', message: `A handshake at port ${port} fails: ${why}` };
}
