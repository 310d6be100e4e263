/**
 * What the agent does next. Pure: the same facts give the same decision, and it holds nothing between two of them. So an
 * agent that is killed after any step goes on where it was. It promises that NGINX is never asked to load what
 * `nginx -t` did not accept while something better is there, and that it does nothing where nothing differs.
 */
import type { About } from '../release/about.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import { findGoal, type Goal } from './goal.ts';
import { planProof, planStart } from './taken-up.ts';

export function plan(facts: Facts): Decision {
  if (facts.hasDeadSocket) return { do: 'unlink socket' };
  const goal = findGoal(facts);
  const { id } = goal;
  if (id === undefined) return { do: 'wait', state: 'blocked', reason: '', message: '', ...goal.objection };
  const about = facts.laid.find((one) => one.id === id);
  if (about === undefined) return layOrGiveUp(facts, goal);
  return facts.current?.id === id ? planProof(about, facts) : planSwitch(about, facts);
}

function layOrGiveUp({ wanted }: Facts, { id }: Goal): Decision {
  if (wanted.kind === 'ready' && wanted.release.about.id === id) return { do: 'lay', release: wanted.release };
  return blocked('ReleaseLost', 'The release that was served last is no longer there, and no other is mounted');
}

/** Back to a release that was seen to work there is no test; forward there is one, if anybody can run it. */
function planSwitch(about: About, facts: Facts): Decision {
  const { id } = about;
  if (id === facts.good) return { do: 'switch', id, why: 'back to the last good release' };
  if (!facts.canTest) {
    if (facts.good === undefined && !facts.isRunning) return { do: 'switch', id, why: 'NGINX is to start with it' };
    const back = planStart(facts);
    if (back !== undefined) return back;
    return blocked('NginxNotStarted', 'Nobody can run nginx -t: NGINX has not started, or not by start.sh');
  }
  const result = facts.tests.get(id);
  if (result === undefined) return { do: 'test', id };
  if (!result.ok) return { do: 'reject', id, reason: result.reason, message: result.message };
  return { do: 'switch', id, why: 'passed nginx -t' };
}

function blocked(reason: string, message: string): Decision {
  return { do: 'wait', state: 'blocked', reason, message };
}
