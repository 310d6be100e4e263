import assert from 'node:assert/strict';
import { untilLoaded } from '../../src/reconcile/until-loaded.ts';
import { Waits } from '../../src/reconcile/waits.ts';

const seconds = (count: number) => Temporal.Duration.from({ milliseconds: Math.round(count * 1000) });
const pauseAfter = (waited: number, waiting = 1, random = () => 1) =>
  untilLoaded({ waited: seconds(waited), waiting }, random).total('milliseconds');

/** The times of the looks at one resource, in seconds, from the one that found it waiting until `end`. */
function looksUntil(end: number): readonly number[] {
  const looks: number[] = [];
  for (let at = 0; at <= end; at += pauseAfter(at) / 1000) looks.push(at);
  return looks;
}

describe('the next look at what waits for NGINX', () => {
  for (const { waited, waiting = 1, want } of [
    { waited: 0, want: 250 },
    { waited: 5, want: 250 },
    { waited: 20, want: 1000 },
    { waited: 60, want: 3000 },
    { waited: 100, want: 5000 },
    { waited: 599, want: 5000 },
    { waited: 600, want: 30_000 },
    { waited: 86_400, want: 60_000 },
    { waited: 0, waiting: 41, want: 250 },
    { waited: 0, waiting: 1000, want: 6000 },
    { waited: 86_400, waiting: 1000, want: 60_000 },
    { waited: 0, waiting: 100_000, want: 600_000 },
  ]) {
    it(`comes after ${want} ms where ${waiting} wait, this one for ${waited} s`, () =>
      assert.equal(pauseAfter(waited, waiting), want));
  }

  it('comes up to a tenth earlier, so that not all come at once', () => {
    assert.deepEqual([pauseAfter(0, 1, () => 0), pauseAfter(0, 1, () => 0.5)], [225, 238]);
  });

  it('adds at most a twentieth to what a kubelet takes, and costs some tens of looks', () => {
    const looks = looksUntil(90);
    for (const loaded of [0.3, 1, 4.9, 12, 33, 60, 89]) {
      const seen = looks.find((at) => at >= loaded) ?? Number.POSITIVE_INFINITY;
      assert.ok(seen - loaded <= Math.max(0.25, seen / 20), `loaded after ${loaded} s, seen after ${seen} s`);
    }
    assert.ok(looks.length < 85, `${looks.length} looks`);
  });
});

/** Chance that is the same in every run: steps of the golden ratio spread evenly. */
function evenly(): () => number {
  let last = 0;
  return () => {
    last = (last + (Math.sqrt(5) - 1) / 2) % 1;
    return last;
  };
}

/** A thousand resources that wait for an NGINX that never loads: how many looks each second has. By steps of 10 ms. */
function simulate({ begin, until }: { readonly begin: (index: number) => number; readonly until: number }) {
  const start = Temporal.Instant.from('2026-11-29T10:00:00Z');
  const waits = new Waits();
  const random = evenly();
  const due: number[][] = Array.from({ length: until * 100 }, () => []);
  for (let index = 0; index < 1000; index += 1) due[Math.floor(begin(index) * 100)]?.push(index);
  for (const [step, indices] of due.entries()) {
    for (const index of indices) {
      const metadata = { namespace: 'shop', name: `mup-${index}`, uid: '1', generation: 1 };
      const wait = waits.note(metadata, start.add({ milliseconds: step * 10 }), false);
      due[step + Math.ceil(untilLoaded(wait, random).total('milliseconds') / 10)]?.push(index);
    }
  }
  const perStep = due.map(({ length }) => length);
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  return Array.from({ length: until }, (_, second) => sum(perStep.slice(second * 100, (second + 1) * 100)));
}

describe('a thousand resources that wait at once', () => {
  it('are looked at less than 200 times in each second', () => {
    const [, ...looks] = simulate({ begin: () => 0, until: 20 });
    assert.ok(Math.max(...looks) < 200, looks.join());
  });

  it('are so too while they come one after another, as they are issued', () => {
    const looks = simulate({ begin: (index) => index / 100, until: 20 });
    // Beside the first look at each, which is there without a wait.
    assert.ok(Math.max(...looks) < 300, looks.join());
  });

  it('are looked at some 17 times in a second if they have waited for long', () => {
    const waits = new Waits();
    const metadata = (index: number) => ({ namespace: 'shop', name: `mup-${index}`, uid: '1', generation: 1 });
    const start = Temporal.Instant.from('2026-11-29T10:00:00Z');
    const noteAll = (at: Temporal.Instant) =>
      Array.from({ length: 1000 }, (_, index) => waits.note(metadata(index), at, false));
    noteAll(start);
    const pauses = noteAll(start.add({ hours: 1 })).map((wait) => untilLoaded(wait, Math.random).total('seconds'));
    const rate = pauses.reduce((sum, pause) => sum + 1 / pause, 0);
    assert.ok(rate < 20, `${rate} looks in a second`);
  });
});

describe('how long a resource has waited', () => {
  const metadata = { namespace: 'shop', name: 'mtls-nginx', uid: '1', generation: 1 };
  const at = (second: number) => Temporal.Instant.fromEpochMilliseconds(1000 * second);
  const begun = () => {
    const waits = new Waits();
    waits.note(metadata, at(10), false);
    return waits;
  };
  for (const { name, change = {}, second = 40, anew = false, want } of [
    { name: 'since the look that first found it so', want: 30 },
    { name: 'since now, where something was written just now', anew: true, want: 0 },
    { name: 'since now, where the spec is another', change: { generation: 2 }, want: 0 },
    { name: 'since now, where the resource is another of the name', change: { uid: '2' }, want: 0 },
    { name: 'since now, where the clock was set back', second: 5, want: 0 },
  ]) {
    it(name, () => {
      const { waited } = begun().note({ ...metadata, ...change }, at(second), anew);
      assert.equal(waited.total('seconds'), want);
    });
  }

  it('is forgotten at the end of the wait, and so is that it waits', () => {
    const waits = begun();
    waits.end(metadata);
    const wait = waits.note({ ...metadata, name: 'other' }, at(40), false);
    assert.equal(wait.waiting, 1);
    assert.equal(waits.note(metadata, at(40), false).waited.total('seconds'), 0);
  });

  it('counts each resource once', () => {
    const waits = begun();
    assert.equal(waits.note(metadata, at(11), false).waiting, 1);
    assert.equal(waits.note({ ...metadata, namespace: 'bank' }, at(11), false).waiting, 2);
  });
});
