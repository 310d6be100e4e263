import assert from 'node:assert/strict';
import pino from 'pino';
import type { Told } from '../../src/events/about.ts';
import { SharedGateway } from '../../src/gateway/shared-gateway.ts';
import { refKey } from '../../src/model/inventory.ts';
import { idPrefix, type MarkedOwner, ownerLabels } from '../../src/model/ownership.ts';
import type { ObservedObject, RemoteRef } from '../../src/model/remote-object.ts';
import { transient } from '../../src/std/failure.ts';
import { OrphanWatch, type OrphanWatchOptions } from '../../src/watch/orphan-watch.ts';
import { noGlobalRules } from '../harness/no-global-rules.ts';

const ownerOf = (name: string): MarkedOwner => ({ cluster: 'c', kind: 'MtlsUpstream', namespace: 'shop', name });

function objectOf(name: string, kind = 'services'): ObservedObject {
  const owner = ownerOf(name);
  return { kind, id: `${idPrefix(owner)}-${kind}`, body: {}, labels: ownerLabels({ ...owner, uid: 'u' }) };
}

const dialect = { product: 'a gateway', kinds: ['services', 'routes'], compile: () => [] };

describe('the watch for what has no owner', () => {
  const { signal } = new AbortController();
  let holds: readonly ObservedObject[];
  let fails: boolean;
  let readings: number;
  let removed: string[];
  let woken: string[];
  let told: Told[];
  /** Resources that are there, and those that the watches have heard of. */
  let there: readonly string[];
  let heardOf: readonly string[];
  let gateway: SharedGateway;

  beforeEach(() => {
    [holds, fails, readings, removed, woken, told, there, heardOf] = [[], false, 0, [], [], [], ['live'], ['live']];
    const nothing = async () => {};
    const group = {
      ...{ dialect: { ...dialect, unsupported: () => [], unenforced: () => [] }, groupId: 'g' },
      observe: async () => {
        readings += 1;
        if (fails) throw transient('GatewayError', 'It answered 500');
        return holds;
      },
      remove: async (ref: RemoteRef) => {
        removed.push(refKey(ref));
        holds = holds.filter((object) => refKey(object) !== refKey(ref));
      },
      ...{ validate: nothing, put: nothing, replace: nothing, read: async () => [] },
      globalRules: noGlobalRules,
    };
    gateway = new SharedGateway(
      { label: 'default/default', caveats: [], open: async () => group },
      { age: Temporal.Duration.from({ hours: 1 }) },
    );
  });

  const watchOf = (policy: OrphanWatchOptions['policy']) =>
    new OrphanWatch({
      ...{ policy, random: () => 0, log: pino({ level: 'silent' }), interval: Temporal.Duration.from({ hours: 1 }) },
      gateways: () => [gateway],
      isMissed: ({ cluster, name }) => cluster === 'c' && !heardOf.includes(name),
      isGone: async ({ name }) => !there.includes(name),
      wake: ({ name }) => void woken.push(name),
      tell: (_, happening) => void told.push(happening),
    });
  const reasons = () => told.map(({ reason }) => reason);

  it('says nothing, and reads nothing of its own, where all have one', async () => {
    holds = [objectOf('live'), { ...objectOf('by-hand'), labels: {} }];
    await gateway.observe();
    const watch = watchOf('Remove');
    await watch.check(gateway, signal);
    assert.deepEqual(
      [told, removed, readings, watch.states],
      [[], [], 1, [{ gateway: 'default/default', objects: 0 }]],
    );
  });

  it('tells of it once, and again of something else, and leaves it there', async () => {
    holds = [objectOf('live'), objectOf('gone'), objectOf('gone', 'routes')];
    const watch = watchOf('Report');
    for (const _ of [1, 2]) await watch.check(gateway, signal);
    assert.deepEqual(told, [
      {
        ...{ type: 'Warning', reason: 'OrphansFound', action: 'Compare' },
        note: 'At default/default: 2 objects are orphaned; they were of MtlsUpstream shop/gone',
      },
    ]);
    assert.deepEqual(watch.states, [{ gateway: 'default/default', objects: 2 }]);
    holds = [...holds, objectOf('gone-too')];
    await watch.check(gateway, signal);
    assert.deepEqual([reasons(), removed], [['OrphansFound', 'OrphansFound'], []]);
  });

  it('tells nothing of what an older reading shows and is gone', async () => {
    holds = [objectOf('gone')];
    await gateway.observe();
    holds = [];
    await watchOf('Report').check(gateway, signal);
    assert.deepEqual([told, readings], [[], 2]);
  });

  it('removes it where the administrator says so, what refers to it first, and wakes who has the name again', async () => {
    holds = [objectOf('live'), objectOf('gone'), objectOf('gone', 'routes')];
    const watch = watchOf('Remove');
    await watch.check(gateway, signal);
    assert.deepEqual(removed, [refKey(objectOf('gone', 'routes')), refKey(objectOf('gone'))]);
    assert.deepEqual([reasons(), woken, holds.length], [['OrphansRemoved'], ['gone'], 1]);
    assert.deepEqual(watch.states, [{ gateway: 'default/default', objects: 0 }]);
  });

  it('removes nothing of a resource that the API server knows, though no watch has told of it', async () => {
    holds = [objectOf('new')];
    there = ['live', 'new'];
    await watchOf('Remove').check(gateway, signal);
    assert.deepEqual([removed, reasons()], [[], ['OrphansFound']]);
  });

  it('removes what a hundred have left and no more at a time, and names five', async () => {
    holds = Array.from({ length: 150 }, (_, index) => objectOf(`gone-${index}`));
    await watchOf('Remove').check(gateway, signal);
    assert.equal(removed.length, 100);
    assert.match(told[0]?.note ?? '', /shop\/gone-0, .*shop\/gone-4 and 95 more$/);
  });

  it('goes on where a gateway cannot be read', async () => {
    fails = true;
    const watch = watchOf('Remove');
    await watch.check(gateway, signal);
    assert.deepEqual([told, watch.states], [[], []]);
  });
});
