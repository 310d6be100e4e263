import assert from 'node:assert/strict';
import type { Decision } from '../../src/nginx-agent/plan/decision.ts';
import type { Door, Facts } from '../../src/nginx-agent/plan/facts.ts';
import { plan } from '../../src/nginx-agent/plan/plan.ts';
import { aRelease, at, failed, noon, passed, settled, showing, wants } from './given.ts';

const [a, a2, b] = [aRelease('a'), aRelease('a2'), aRelease('b')];
const old = aRelease('o');
const current = (id: string, since = 59) => ({ current: { id, since: at(since) } });
const reload = (id: string, seconds: number) => ({ reload: { id, at: at(seconds) } });
const rejected = (id: string, seconds: number, count = 1) => ({
  rejections: [{ id, count, at: at(seconds), reason: 'NotLoaded', message: 'so it was' }],
});
const withoutGood = ({ good: _, ...facts }: Facts): Facts => facts;
const { current: _, ...nothing } = withoutGood(settled());

interface Case {
  readonly when: string;
  readonly facts: Facts;
  /** What is done, to which release; of a pause its state and reason. */
  readonly want: string;
}

const waitingFor = { kind: 'waiting', reason: 'GenerationsDiffer', message: 'tls.crt is older' } as const;
const wantsB = { wanted: wants(b), laid: [a, b] };
const became = (about: typeof a, change: Partial<Facts> = {}) =>
  settled({ wanted: wants(about), laid: [a, about], ...current(about.id), ...change });
const refusing: Door = { port: 8443, kind: 'failing', why: 'NGINX ends it', isRefused: true };
const door = (change: Partial<Extract<Door, { kind: 'open' }>>): readonly Door[] => [
  { port: 8443, kind: 'open', leaf: b.leaf, rejectsStrangers: true, ...change },
];

const cases: readonly Case[] = [
  { when: 'nothing differs', facts: settled(), want: 'served' },
  {
    when: 'nothing is mounted',
    facts: { ...nothing, laid: [], wanted: waitingFor },
    want: 'blocked GenerationsDiffer',
  },
  { when: 'volumes are of two generations', facts: settled({ wanted: waitingFor }), want: 'served' },
  { when: 'another release is wanted', facts: settled({ wanted: wants(b) }), want: 'lay b' },
  { when: 'it is laid out', facts: settled(wantsB), want: 'test b' },
  { when: 'it passed', facts: settled({ ...wantsB, tests: new Map([[b.id, passed]]) }), want: 'switch b' },
  { when: 'it failed', facts: settled({ ...wantsB, tests: new Map([[b.id, failed]]) }), want: 'reject b' },
  { when: 'it was rejected just now', facts: settled({ ...wantsB, ...rejected(b.id, 59) }), want: 'served' },
  { when: 'it was rejected 30 s ago', facts: settled({ ...wantsB, ...rejected(b.id, 30) }), want: 'test b' },
  { when: 'it was rejected twice 30 s ago', facts: settled({ ...wantsB, ...rejected(b.id, 30, 2) }), want: 'served' },
  {
    when: 'it was rejected countless times an hour ago',
    facts: settled({ ...wantsB, ...rejected(b.id, -3600, 1e9) }),
    want: 'test b',
  },
  { when: 'nobody can test it', facts: settled({ ...wantsB, canTest: false }), want: 'blocked NginxNotStarted' },
  {
    when: 'nobody can test the first one, as NGINX is to start with it',
    facts: { ...nothing, laid: [a], canTest: false, isRunning: false },
    want: 'switch a',
  },
  {
    when: 'nobody can test the first one, and NGINX runs already',
    facts: { ...nothing, laid: [a], canTest: false },
    want: 'blocked NginxNotStarted',
  },
  { when: 'NGINX does not run', facts: settled({ isRunning: false }), want: 'blocked NginxNotRunning' },
  {
    when: 'NGINX does not run, and rejects the first release',
    facts: withoutGood(settled({ isRunning: false, tests: new Map([[a.id, failed]]) })),
    want: 'reject a',
  },
  // After the switch.
  { when: 'workers run the release before', facts: became(b), want: 'reload b' },
  { when: 'it is being reloaded', facts: became(b, reload(b.id, 57)), want: 'proving ReloadRequested' },
  { when: 'its reload changed nothing for 4 s', facts: became(b, reload(b.id, 56)), want: 'reject b' },
  {
    when: 'nobody answers the agent for a second, as in the moment of a change',
    facts: became(b, { shown: new Map(), doors: [] }),
    want: 'proving LeafNotTakenUp',
  },
  {
    when: 'nobody answers the agent for longer',
    facts: became(b, { shown: new Map(), doors: [], ...current(b.id, 58.5) }),
    want: 'reload b',
  },
  { when: 'all workers are new', facts: became(b, showing(b)), want: 'approve b' },
  {
    when: 'one that has not answered is older than all that did',
    facts: became(b, {
      ...showing(b, [12]),
      workers: [
        { pid: 11, startedAt: 11 },
        { pid: 12, startedAt: 12 },
      ],
    }),
    want: 'proving WorkersUnseen',
  },
  {
    when: 'that one has not answered for 3 s, and may run the release before',
    facts: became(b, {
      ...current(b.id, 57),
      ...showing(b, [12]),
      workers: [
        { pid: 11, startedAt: 11 },
        { pid: 12, startedAt: 12 },
      ],
    }),
    want: 'reload b',
  },
  {
    when: 'one worker is younger than one that answered',
    facts: became(b, {
      ...showing(b, [12]),
      workers: [
        { pid: 12, startedAt: 12 },
        { pid: 13, startedAt: 13 },
      ],
    }),
    want: 'proving WorkersUnseen',
  },
  {
    when: 'that one has not answered for 3 s',
    facts: became(b, {
      ...current(b.id, 57),
      ...showing(b, [12]),
      workers: [
        { pid: 12, startedAt: 12 },
        { pid: 13, startedAt: 13 },
      ],
    }),
    want: 'approve b',
  },
  { when: 'the leaf alone is new', facts: became(a2), want: 'proving LeafNotTakenUp' },
  { when: 'workers show the leaf before for 5 s', facts: became(a2, current(a2.id, 55)), want: 'reload a2' },
  { when: 'workers show the new leaf', facts: became(a2, showing(a2)), want: 'approve a2' },
  {
    when: 'handshakes fail for a second',
    facts: became(a2, {
      ...showing(a2),
      doors: [{ port: 8443, kind: 'failing', why: 'NGINX ends it', isRefused: true }],
    }),
    want: 'proving LeafNotTakenUp',
  },
  {
    when: 'handshakes fail for longer',
    facts: became(a2, {
      ...showing(a2),
      ...current(a2.id, 58.5),
      doors: [{ port: 8443, kind: 'failing', why: 'NGINX ends it', isRefused: true }],
    }),
    want: 'reload a2',
  },
  {
    when: 'handshakes fail after a reload, too',
    facts: became(b, {
      ...showing(b),
      ...reload(b.id, 58.5),
      doors: [{ port: 8443, kind: 'failing', why: 'NGINX ends it', isRefused: true }],
    }),
    want: 'reject b',
  },
  {
    when: 'no handshake ends well after a reload, that of the agent included',
    facts: became(b, { shown: new Map(), ...reload(b.id, 58.5), doors: [refusing] }),
    want: 'reject b',
  },
  {
    when: 'nothing listens at the port after a reload',
    facts: became(b, { shown: new Map(), ...reload(b.id, 58.5), doors: [{ ...refusing, isRefused: false }] }),
    want: 'proving ReloadRequested',
  },
  {
    when: 'a port shows the leaf of somebody else after a reload',
    facts: became(b, { ...showing(b), ...reload(b.id, 58), doors: door({ leaf: a.leaf }) }),
    want: 'reject b',
  },
  {
    when: 'a port lets strangers in after a reload',
    facts: became(b, { ...showing(b), ...reload(b.id, 58), doors: door({ rejectsStrangers: false }) }),
    want: 'reject b',
  },
  {
    when: 'NGINX names a CA that is not trusted any more',
    facts: became(b, { ...showing({ ...b, authorities: 'ff' }), ...reload(b.id, 58) }),
    want: 'reject b',
  },
  // Back.
  {
    when: 'what is current was rejected',
    facts: became(b, rejected(b.id, 59)),
    want: 'switch a',
  },
  {
    when: 'the rejected one was loaded',
    facts: became(b, { ...rejected(b.id, 59), ...current(a.id), ...showing(b) }),
    want: 'reload a',
  },
  {
    when: 'the rejected one was never loaded',
    facts: became(b, { ...rejected(b.id, 59), ...current(a.id) }),
    want: 'served',
  },
  {
    when: 'there is nothing to go back to',
    facts: withoutGood(became(b, { ...rejected(b.id, 59), ...reload(b.id, 50) })),
    want: 'blocked NotLoaded',
  },
  {
    when: 'there is nothing to go back to for 30 s',
    facts: withoutGood(became(b, { ...rejected(b.id, 35), ...reload(b.id, 30) })),
    want: 'reload b',
  },
  // A machine with a configuration of its own.
  { when: 'the machine was not asked', facts: became(b, { asksMachine: true }), want: 'test-machine b' },
  {
    when: 'the machine rejects it',
    facts: became(b, { asksMachine: true, machine: { id: b.id, result: failed } }),
    want: 'reject b',
  },
  {
    when: 'the machine rejects what was good as well',
    facts: settled({ asksMachine: true, machine: { id: a.id, result: failed } }),
    want: 'blocked RejectedByNginx',
  },
  // Time.
  {
    when: 'the new certificate has expired, and the old one has not',
    facts: settled({ wanted: wants(aRelease('x', { notAfter: '2026-11-29T11:59:59Z' })) }),
    want: 'served',
  },
  {
    when: 'the new certificate is not valid yet',
    facts: settled({ wanted: wants(aRelease('x', { notBefore: '2026-11-29T12:02:00Z' })) }),
    want: 'served',
  },
  {
    when: 'both certificates have expired',
    facts: settled({
      laid: [{ ...a, notAfter: '2026-11-29T11:00:00Z' }],
      wanted: wants(aRelease('x', { notAfter: '2026-11-29T11:59:59Z' })),
    }),
    want: 'lay x',
  },
  {
    when: 'the clock was set back by an hour',
    facts: became(b, { ...reload(b.id, 57), now: noon.subtract({ hours: 1 }) }),
    want: 'reject b',
  },
  // Room.
  { when: 'an old release is left', facts: settled({ laid: [old, b, a] }), want: 'remove o' },
  { when: 'the one before is left', facts: settled({ laid: [b, a] }), want: 'served' },
];

const names = new Map([a, a2, b, old, aRelease('x')].map(({ id }) => [id, Buffer.from(id, 'hex').toString().trim()]));

function say(decision: Decision): string {
  if (decision.do === 'wait') return `${decision.state} ${decision.reason}`.trim();
  if (decision.do === 'unlink socket') return decision.do;
  if (decision.do === 'remove') return `remove ${decision.ids.map((id) => names.get(id)).join(' ')}`;
  return `${decision.do} ${names.get(decision.do === 'lay' ? decision.release.about.id : decision.id)}`;
}

describe('what the agent does next where', () => {
  for (const { when, facts, want } of cases) {
    it(`${when}: ${want}`, () => assert.equal(say(plan(facts)), want));
  }
});
