import assert from 'node:assert/strict';
import { explain, isUnknown, sections } from '../../src/api/reasons/catalogue.ts';
import type { ReasonClass, Section } from '../../src/api/reasons/reason.ts';
import { reasonsIn, reasonsInSources } from './given-reasons.ts';

const given = reasonsInSources();
const entries = Object.entries<Section>(sections).flatMap(([section, reasons]) =>
  Object.entries(reasons).map(([name, reason]) => ({ section, name, ...reason })),
);
const classesOf = (reason: string) => explain(reason).flatMap(({ classes }) => classes);
/** Said of a failure where it is thrown; the others say it of a finding. */
const thrown: readonly ReasonClass[] = ['transient', 'permanent', 'soft', 'event'];

describe('the catalogue of reasons', () => {
  it('has every reason that the sources give', () => {
    assert.ok(given.length > 100, `only ${given.length} reasons were found`);
    const unknown = given.filter(({ reason }) => explain(reason).length === 0);
    assert.deepEqual(
      unknown.map(
        ({ reason, where }) => `${where} gives ${reason}: add it to the file of its section in src/api/reasons`,
      ),
      [],
    );
  });

  it('has every reason with the class with which the sources give it', () => {
    const wrong = given.filter(
      (one) => one.class && explain(one.reason).length > 0 && !classesOf(one.reason).includes(one.class),
    );
    assert.deepEqual(
      wrong.map(
        (one) => `${one.where} gives ${one.reason} as ${one.class}: src/api/reasons has ${classesOf(one.reason)}`,
      ),
      [],
    );
  });

  it('has no reason, and no class of one, that nobody gives', () => {
    const isGiven = (name: string, wanted: ReasonClass) =>
      given.some(
        (one) => one.reason === name && (!thrown.includes(wanted) || one.class === wanted || isHandedOn(name)),
      );
    const dead = entries.flatMap(({ section, name, classes }) =>
      classes.filter((one) => !isGiven(name, one)).map((one) => `${section}: ${name} as ${one}`),
    );
    assert.deepEqual(dead, []);
  });

  it('says in both languages what a reason means, and of a failure what to do', () => {
    const silent = entries.filter(({ classes, en, zh }) =>
      [en, zh].some(({ means, act }) => {
        const mustAct = classes.some((one) => ['transient', 'permanent', 'hard', 'soft'].includes(one));
        return means === '' || /[.。]$/.test(means) || (mustAct && (act ?? '') === '');
      }),
    );
    assert.deepEqual(
      silent.map(({ section, name }) => `${section}: ${name}`),
      [],
    );
  });

  it('says of an Event whether it is a warning', () => {
    const types = entries
      .filter(({ section }) => section === 'events')
      .map(({ name, en, zh }) => ({ name, types: [en.when, zh.when] }));
    assert.deepEqual(
      types.filter(({ types: [one, other] }) => one !== other || !/^(Normal|Warning)$/.test(one ?? '')),
      [],
    );
  });

  it('says of a condition that it is Unknown where the sources do, and nowhere else', () => {
    const unlike = given.filter(
      ({ reason, status }) => status !== undefined && (status === 'Unknown') !== isUnknown(reason),
    );
    assert.deepEqual(unlike, []);
    const states = entries
      .filter(({ classes, unknown }) => unknown && classes.includes('state'))
      .map(({ name }) => name);
    const written = given.filter(({ status }) => status === 'Unknown').map(({ reason }) => reason);
    assert.deepEqual(states.sort(), [...new Set(written)].sort());
  });

  it('says of a failure that its condition is Unknown where a gateway gave no answer, and of no other', () => {
    const failures = entries.filter(({ classes, unknown }) => unknown && !classes.includes('state'));
    assert.deepEqual(
      failures.map(({ name }) => name),
      ['GatewayUnreachable', 'DataPlaneUnreachable'],
    );
  });

  it('says when which, of a reason that is now one class and now another', () => {
    const vague = entries.filter(({ classes, en, zh }) => classes.length > 1 && (!en.when || !zh.when));
    assert.deepEqual(
      vague.map(({ name }) => name),
      [],
    );
  });
});

/** Given as a finding, and thrown by who was handed it. */
function isHandedOn(name: string): boolean {
  return given.some((one) => one.reason === name && one.class === undefined);
}

describe('reading reasons from a source', () => {
  const read = (text: string) => reasonsIn('x.ts', text).map(({ reason, class: as }) => `${reason} ${as ?? '-'}`);
  for (const { what, text, want } of [
    { what: 'a failure', text: "throw transient('A', 'b');", want: ['A transient'] },
    { what: 'a failure that is made by hand', text: "new Failure('permanent', 'A', 'b');", want: ['A permanent'] },
    { what: 'one of two', text: "permanent(x ? 'A' : 'B', 'c');", want: ['A permanent', 'B permanent'] },
    { what: 'a constant', text: "const r = x ? 'A' : 'B'; transient(r, 'c');", want: ['A transient', 'B transient'] },
    {
      what: 'a function that hands it on',
      text: "stops('A', 'b'); function stops(r, m) { return { failure: transient(r, m) }; }",
      want: ['A transient'],
    },
    { what: 'a finding', text: "const x = { reason: 'A', message: 'b' };", want: ['A -'] },
    { what: 'an Event', text: "tell({ type: 'Warning', reason: 'A', note: 'b' });", want: ['A event'] },
    { what: 'a finding that is handed on', text: 'throw permanent(found.reason, found.message);', want: [] },
  ]) {
    it(`finds ${what}`, () => assert.deepEqual(read(text), want));
  }

  it('refuses what it cannot read', () => {
    assert.throws(() => read("transient('A' + b, m);"), /x\.ts:1/);
  });
});
