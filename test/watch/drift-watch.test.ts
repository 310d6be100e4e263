import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import type { GatewayGroup, OpenGroup } from '../../src/gateway/gateway-group.ts';
import { SharedGateway } from '../../src/gateway/shared-gateway.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import { hashLabel, openUntilLabel } from '../../src/model/ownership.ts';
import type { DesiredObject, ObservedObject } from '../../src/model/remote-object.ts';
import { transient } from '../../src/std/failure.ts';
import { DriftWatch, type DriftWatchOptions } from '../../src/watch/drift-watch.ts';
import { eventually } from '../harness/eventually.ts';
import { noGlobalRules } from '../harness/no-global-rules.ts';
import { ownLabels } from '../harness/own-labels.ts';

const now = Temporal.Instant.from('2026-11-30T10:00:00Z');
const ownerOf = (name: string): Owner => ({ cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name, uid: name });
const objectOf = (name: string): DesiredObject => ({
  kind: 'snis',
  id: name,
  claims: [`${name}.test`],
  body: { domain: `${name}.test`, key: 'KEY', labels: { ...ownLabels(ownerOf(name)), [hashLabel]: 'h' } },
  writeOnly: ['key'],
});
const seen = (name: string, fields = {}, labels = {}): ObservedObject => {
  const { key: _, ...body } = objectOf(name).body;
  const all = { ...ownLabels(ownerOf(name)), [hashLabel]: 'h', ...labels };
  return { kind: 'snis', id: name, claims: [`${name}.test`], labels: all, body: { ...body, created_at: 1, ...fields } };
};

const openUntil = (instant: Temporal.Instant) => ({ [openUntilLabel]: String(instant.epochMilliseconds / 1000) });

describe('the watch for drift', () => {
  let holds: readonly ObservedObject[];
  let fails: boolean;
  let hangs: boolean;
  let readings: number;
  let woken: string[];
  let lines: { readonly msg: string; readonly drifted?: readonly string[] }[];
  let told: string[];
  let gateway: SharedGateway;
  let options: DriftWatchOptions;
  let watch: DriftWatch;

  const opened: OpenGroup = {
    groupId: 'g',
    dialect: { product: 'a gateway', kinds: ['snis'], compile: () => [], unsupported: () => [], unenforced: () => [] },
    observe: async () => {
      readings += 1;
      if (hangs) await new Promise(() => {});
      if (fails) throw transient('GatewayError', 'It answered 500');
      return holds;
    },
    validate: async () => {},
    put: async () => {},
    read: async () => [],
    replace: async () => {},
    remove: async () => {},
    globalRules: noGlobalRules,
  };
  const group: GatewayGroup = { label: 'default/default', caveats: [], open: async () => opened };

  beforeEach(() => {
    [holds, fails, readings, woken, lines, told] = [['a', 'b', 'c'].map((name) => seen(name)), false, 0, [], [], []];
    hangs = false;
    gateway = new SharedGateway(group, { age: Temporal.Duration.from({ hours: 1 }) });
    options = {
      interval: Temporal.Duration.from({ milliseconds: 20 }),
      clock: { now: () => now },
      random: () => 0,
      log: pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) }),
      events: { record: ({ regarding, reason, note }) => told.push(`${regarding.name} ${reason}: ${note}`) },
      wake: ({ name }) => woken.push(name) > 0 && name !== 'gone',
    };
    watch = new DriftWatch(options);
    for (const name of ['a', 'b', 'c']) watch.expect(gateway, ownerOf(name), [objectOf(name)]);
  });

  it('wakes nobody while all is as it was left', async () => {
    await watch.check(gateway);
    assert.deepEqual([woken, lines, readings], [[], [], 1]);
  });

  it('takes no change of ours for drift while it is under way, and compares again once that is expected', async () => {
    holds = [seen('a'), seen('b', { domain: 'else.test' }), seen('c')];
    watch.suspend(gateway, ownerOf('b'));
    await watch.check(gateway);
    assert.deepEqual([woken, told], [[], []]);
    watch.expect(gateway, ownerOf('b'), [objectOf('b')]);
    await watch.check(gateway);
    assert.deepEqual(woken, ['b']);
  });

  for (const { name, holding, want, drifted } of [
    {
      name: 'of an object that was edited, and says which field',
      holding: [seen('a'), seen('b', { domain: 'else.test' }), seen('c')],
      want: ['b'],
      drifted: ['snis/b differs in domain'],
    },
    {
      name: 'of an object that was written by somebody else',
      holding: [seen('a'), seen('b', {}, { [hashLabel]: 'other' }), seen('c')],
      want: ['b'],
      drifted: ['snis/b differs in mtls-operator.dev/hash'],
    },
    { name: 'of an object that is gone', holding: [seen('a'), seen('b')], want: ['c'], drifted: ['snis/c missing'] },
    {
      name: 'of an object too many',
      holding: [...['a', 'b', 'c'].map((name) => seen(name)), { ...seen('a'), id: 'a2', claims: [] }],
      want: ['a'],
      drifted: ['snis/a2 is not expected'],
    },
    {
      name: 'whose SNI somebody else has too',
      holding: [
        ...['a', 'b', 'c'].map((name) => seen(name)),
        { kind: 'snis', id: 'theirs', labels: {}, body: {}, claims: ['c.test'] },
      ],
      want: ['c'],
      drifted: [
        'The name c.test is also taken at the gateway by snis/theirs, which belongs to somebody else; the operator does not change it',
      ],
    },
    {
      name: 'of an object that was closed, where an operator was killed before it refused the sessions from before',
      holding: [seen('a', {}, openUntil(now)), seen('b', {}, openUntil(now.subtract({ seconds: 1 }))), seen('c')],
      want: ['a'],
      drifted: ['snis/a has sessions from before it asked for certificates'],
    },
  ]) {
    it(`wakes the owner ${name}, and nobody else`, async () => {
      holds = holding;
      await watch.check(gateway);
      assert.deepEqual(woken, want);
      assert.deepEqual(
        lines.map((line) => line.drifted),
        [drifted],
      );
      assert.deepEqual(told, [`${want} DriftFound: At default/default: ${drifted}`]);
    });
  }

  describe('of an object of others that is in the way', () => {
    const theirs = (id: string) => ({ kind: 'snis', id, labels: {}, body: {}, claims: ['c.test'] });
    const others = ['a', 'b', 'c'].map((name) => seen(name));
    const look = async (...holding: readonly ObservedObject[]) => {
      holds = holding;
      await watch.check(gateway);
      // A reconcile that was woken leaves the same.
      watch.expect(gateway, ownerOf('c'), [objectOf('c')]);
    };

    it('tells once, however often it is seen, and wakes once', async () => {
      for (let looks = 0; looks < 3; looks += 1) await look(...others, theirs('theirs'));
      assert.deepEqual([woken, lines.length, told.length], [['c'], 1, 1]);
    });

    it('tells again when it has become another one, or has come back', async () => {
      await look(...others, theirs('theirs'));
      await look(...others, theirs('another'));
      await look(...others);
      await look(...others, theirs('another'));
      assert.equal(told.length, 3);
      assert.deepEqual(woken, ['c', 'c', 'c']);
    });

    it('goes on to wake for what a reconcile can put right', async () => {
      for (let looks = 0; looks < 2; looks += 1) await look(...others.slice(1), theirs('theirs'), seen('c', { x: 1 }));
      assert.deepEqual(woken, ['a', 'c', 'a']);
    });
  });

  it('wakes nobody for sessions from before that are known', async () => {
    holds = ['a', 'b', 'c'].map((name) => seen(name, {}, openUntil(now)));
    for (const name of ['a', 'b', 'c']) {
      const { body, ...object } = objectOf(name);
      const labels = { ...(body['labels'] as object), ...openUntil(now) };
      watch.expect(gateway, ownerOf(name), [{ ...object, body: { ...body, labels } }]);
    }
    await watch.check(gateway);
    assert.deepEqual(woken, []);
  });

  it('reads the group once, however many resources there are', async () => {
    for (let index = 0; index < 1000; index += 1) watch.expect(gateway, ownerOf(`many-${index}`), []);
    await watch.check(gateway);
    assert.equal(readings, 1);
  });

  it('gives up an owner that is no more, also one that nobody has told it of', async () => {
    watch.expect(gateway, ownerOf('gone'), [objectOf('gone')]);
    await watch.check(gateway);
    await watch.check(gateway);
    assert.deepEqual([woken, lines], [['gone'], []]);
  });

  it('looks no more at what is to hold nothing', async () => {
    for (const name of ['a', 'b', 'c']) watch.forget(gateway, ownerOf(name));
    holds = [];
    await watch.check(gateway);
    assert.deepEqual([woken, readings], [[], 0]);
  });

  it('tells once that it cannot look, and again after it could', async () => {
    fails = true;
    await watch.check(gateway);
    await watch.check(gateway);
    fails = false;
    await watch.check(gateway);
    fails = true;
    await watch.check(gateway);
    assert.deepEqual(woken, []);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['could not compare the gateway', 'could not compare the gateway'],
    );
  });

  it('ends without the answer of a gateway that gives none', async () => {
    hangs = true;
    const stop = new AbortController();
    const ended = watch.run(stop.signal);
    await eventually(() => assert.equal(readings, 1));
    stop.abort();
    await ended;
  });

  describe('of what was taken over unseen, long before the interval', () => {
    const running = async (watch: DriftWatch, until: () => Promise<void>) => {
      const stop = new AbortController();
      const ended = watch.run(stop.signal);
      await until();
      stop.abort();
      await ended;
    };
    const calm = Temporal.Duration.from({ milliseconds: 60 });
    const rare = () => new DriftWatch({ ...options, interval: Temporal.Duration.from({ hours: 1 }), calm });

    it('looks once for all of it, and wakes whom it concerns', async () => {
      holds = [seen('a'), seen('c')];
      const watch = rare();
      await running(watch, async () => {
        for (const name of ['a', 'b', 'c']) {
          watch.expect(gateway, ownerOf(name), [objectOf(name)], 'unseen');
          await pause(20);
        }
        assert.deepEqual([woken, readings], [[], 0]);
        await eventually(() => assert.deepEqual(woken, ['b']));
        await pause(100);
      });
      assert.deepEqual([woken, readings], [['b'], 1]);
    });

    it('looks again for what comes later', async () => {
      const watch = rare();
      await running(watch, async () => {
        watch.expect(gateway, ownerOf('a'), [objectOf('a')], 'unseen');
        await eventually(() => assert.equal(readings, 1));
        watch.expect(gateway, ownerOf('b'), [objectOf('b')], 'unseen');
        await eventually(() => assert.equal(readings, 2));
      });
    });

    it('looks at nothing where all was seen', async () => {
      const watch = rare();
      await running(watch, async () => {
        watch.expect(gateway, ownerOf('a'), [objectOf('a')], 'seen');
        await pause(100);
      });
      assert.equal(readings, 0);
    });
  });

  it('looks again and again until it is stopped', async () => {
    const stop = new AbortController();
    const running = watch.run(stop.signal);
    await eventually(() => assert.ok(readings > 2));
    stop.abort();
    await running;
  });
});
