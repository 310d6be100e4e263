import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { SharedGateway } from '../../src/gateway/shared-gateway.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import type { ObservedObject } from '../../src/model/remote-object.ts';
import { transient } from '../../src/std/failure.ts';
import { NameWatch } from '../../src/watch/name-watch.ts';
import { eventually } from '../harness/eventually.ts';
import { noGlobalRules } from '../harness/no-global-rules.ts';

const ownerOf = (name: string): Owner => ({ cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name, uid: name });
const theirs = (id: string, ...claims: readonly string[]): ObservedObject => ({
  kind: 'snis',
  id,
  labels: {},
  body: {},
  claims,
});
const taken = (name: string, holder: ObservedObject) => ({ name, holder, held: false });

describe('the watch for names that others have', () => {
  let holds: readonly ObservedObject[];
  let fails: boolean;
  let readings: number;
  let takes: number;
  let woken: string[];
  let gateway: SharedGateway;
  let watch: NameWatch;

  beforeEach(() => {
    takes = 0;
    [holds, fails, readings, woken] = [[theirs('x', 'x.test'), theirs('y', 'y.test')], false, 0, []];
    const dialect = {
      product: 'a gateway',
      kinds: ['snis'],
      compile: () => [],
      unsupported: () => [],
      unenforced: () => [],
    };
    const observe = async () => {
      readings += 1;
      await pause(takes);
      if (fails) throw transient('GatewayError', 'It answered 500');
      return holds;
    };
    const [validate, put, replace, remove] = [async () => {}, async () => {}, async () => {}, async () => {}];
    const read = async () => [];
    const globalRules = noGlobalRules;
    const open = async () => ({ dialect, groupId: 'g', observe, validate, put, read, replace, remove, globalRules });
    gateway = new SharedGateway(
      { label: 'default/default', caveats: [], open },
      { age: Temporal.Duration.from({ hours: 1 }) },
    );
    watch = new NameWatch({
      interval: Temporal.Duration.from({ milliseconds: 20 }),
      random: () => 0,
      wake: ({ name }) => void woken.push(name),
    });
    for (const name of ['a', 'b']) watch.await(gateway, ownerOf(name), [taken('x.test', theirs('x', 'x.test'))]);
    watch.await(gateway, ownerOf('c'), [taken('y.test', theirs('y', 'y.test'))]);
  });

  const running = async (until: () => Promise<void>) => {
    const stop = new AbortController();
    const ended = watch.run(stop.signal);
    await until();
    stop.abort();
    await ended;
  };

  it('wakes nobody while others have them', async () => {
    await watch.check(gateway);
    assert.deepEqual([woken, readings], [[], 1]);
  });

  for (const { how, holding } of [
    { how: 'is gone', holding: [theirs('y', 'y.test')] },
    { how: 'has another name now', holding: [theirs('x', 'z.test'), theirs('y', 'y.test')] },
    { how: 'has given it to another object', holding: [theirs('z', 'x.test'), theirs('y', 'y.test')] },
  ]) {
    it(`wakes all who wait for the name of an object that ${how}, with one look, and nobody else`, async () => {
      holds = holding;
      await watch.check(gateway);
      assert.deepEqual([woken, readings], [['a', 'b'], 1]);
    });
  }

  it('looks at no gateway where nobody waits any more', async () => {
    for (const name of ['a', 'b', 'c']) watch.await(gateway, ownerOf(name), []);
    await running(() => pause(100));
    assert.equal(readings, 0);
  });

  it('reads a group that takes long for a tenth of the time at most', async () => {
    takes = 60;
    await running(() => pause(600));
    assert.equal(readings, 1);
  });

  it('wakes once: who still waits afterwards says so, and who is gone or waits elsewhere does not', async () => {
    holds = [theirs('y', 'y.test')];
    await watch.check(gateway);
    watch.await(gateway, ownerOf('a'), [taken('x.test', theirs('x', 'x.test'))]);
    await watch.check(gateway);
    assert.deepEqual(woken, ['a', 'b', 'a']);
  });

  it('goes on after a look that failed', async () => {
    fails = true;
    await running(async () => {
      await eventually(() => assert.ok(readings > 1));
      assert.deepEqual(woken, []);
      [fails, holds] = [false, []];
      await eventually(() => assert.ok(woken.includes('a') && woken.includes('c')));
    });
  });
});
