import type { Seen } from './look/look.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import { findGoal } from './plan/goal.ts';
import type { About } from './release/about.ts';

/** How often something was done in this life of the agent. */
export interface Counts {
  readonly tests: number;
  readonly switches: number;
  readonly reloads: number;
  readonly rejections: number;
}

/** What is told at /status. It holds digests and times, and nothing of a key. */
export interface Status {
  /** What is wanted is what NGINX serves. */
  readonly ready: boolean;
  /** NGINX serves a release that was seen to work, be it the wanted one or the one before. */
  readonly serving: boolean;
  readonly state: 'working' | 'proving' | 'served' | 'blocked';
  /** Why it is not ready; empty where it is. */
  readonly reason: string;
  readonly message: string;
  readonly wanted?: string;
  readonly current?: Told;
  readonly good?: string;
  readonly nginx: {
    readonly version?: string;
    readonly master?: number;
    readonly workers: readonly { readonly pid: number; readonly loads?: string; readonly leaf?: string }[];
  };
  readonly rejections: readonly {
    readonly id: string;
    readonly count: number;
    readonly at: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly counts: Counts;
}

interface Told {
  readonly id: string;
  readonly since: string;
  readonly leaf?: string;
  readonly notAfter?: string;
}

export const before: Status = {
  ...{ ready: false, serving: false, state: 'working', reason: 'Starting', message: 'The agent is starting' },
  nginx: { workers: [] },
  rejections: [],
  counts: { tests: 0, switches: 0, reloads: 0, rejections: 0 },
};

/** Pure. `last` is the status before: NGINX goes on serving while a release is prepared. */
export function describe({ facts, version, master }: Seen, decision: Decision, counts: Counts, last: Status): Status {
  const { objection } = findGoal(facts);
  const state = decision.do === 'wait' ? decision.state : 'working';
  const isServed = state === 'served';
  return {
    ready: isServed && objection === undefined,
    serving: isServed || (last.serving && facts.isRunning && state !== 'blocked'),
    state,
    ...reasonOf(decision, objection),
    ...(facts.wanted.kind === 'ready' && { wanted: facts.wanted.release.about.id }),
    ...(facts.current && { current: tell(facts.current, facts.laid) }),
    ...(facts.good !== undefined && { good: facts.good }),
    nginx: {
      ...(version !== undefined && { version }),
      ...(master !== undefined && { master }),
      workers: facts.workers.map(({ pid }) => ({ pid, ...shownBy(facts, pid) })),
    },
    rejections: facts.rejections.map(({ at, ...rejection }) => ({ ...rejection, at: at.toString() })),
    counts,
  };
}

/** What keeps the wanted release away says more than what is done meanwhile. */
function reasonOf(decision: Decision, objection: { readonly reason: string; readonly message: string } | undefined) {
  if (decision.do !== 'wait') return { reason: 'Working', message: `The agent is about to ${decision.do}` };
  const told = decision.state === 'blocked' || objection === undefined ? decision : objection;
  return { reason: told.reason, message: told.message };
}

function tell({ id, since }: NonNullable<Facts['current']>, laid: readonly About[]): Told {
  const about = laid.find((one) => one.id === id);
  return { id, since: since.toString(), ...(about && { leaf: about.leaf, notAfter: about.notAfter }) };
}

function shownBy({ shown }: Facts, pid: number) {
  const one = shown.get(pid);
  return one === undefined ? {} : { loads: one.loads, leaf: one.leaf };
}
