import assert from 'node:assert/strict';
import { ResourceMemory } from '../../src/reconcile/memory.ts';

const metadata = { namespace: 'shop', name: 'test-com', uid: '1' };
const resource = { kind: 'MtlsGateway', metadata };
const renewed = { kind: 'MtlsGateway', metadata: { ...metadata, uid: '2' } };

describe('the looks of a process at resources', () => {
  for (const { name, before, want } of [
    { name: 'the first one at all', before: () => {}, want: true },
    { name: 'a second one', before: (looks: ResourceMemory) => looks.note(resource), want: false },
    {
      name: 'one at a resource that was made anew under the same name',
      before: (looks: ResourceMemory) => looks.note(renewed),
      want: true,
    },
    {
      name: 'one at a resource of the same name in another namespace',
      before: (looks: ResourceMemory) => looks.note({ ...resource, metadata: { ...metadata, namespace: 'bank' } }),
      want: true,
    },
    {
      name: 'one at what was forgotten',
      before: (looks: ResourceMemory) => {
        looks.note(resource);
        looks.forget(metadata);
      },
      want: true,
    },
  ]) {
    it(`are told apart: ${name} is ${want ? '' : 'not '}the first`, () => {
      const looks = new ResourceMemory();
      before(looks);
      assert.equal(looks.note(resource), want);
    });
  }

  it('remember its gateways, and those of earlier ones of the name apart from them', () => {
    const looks = new ResourceMemory();
    looks.note(resource);
    assert.deepEqual(looks.of(metadata)?.gateways, []);
    assert.deepEqual(looks.formerOf(metadata, '2'), [], 'it has put nothing anywhere');
    looks.use(resource, ['default/default']);
    const former = looks.formerOf(metadata, '2');
    assert.deepEqual(former, [{ kind: 'MtlsGateway', uid: '1', gateways: ['default/default'] }]);
    assert.deepEqual(looks.formerOf(metadata, '1'), []);
    looks.keepFormer(metadata, '2', former);
    looks.note(renewed);
    assert.deepEqual([looks.of(metadata)?.gateways, looks.formerOf(metadata, '2')], [[], former]);
    looks.forget(metadata);
    assert.deepEqual(
      looks.formerOf(metadata, undefined),
      former,
      'what is known of them stays when the other one goes',
    );
    looks.keepFormer(metadata, undefined, []);
    assert.deepEqual(looks.formerOf(metadata, undefined), []);
  });

  it('remember until when a resource is proven, and whether its status tells of an outage', () => {
    const looks = new ResourceMemory();
    const at = Temporal.Instant.fromEpochMilliseconds(5000);
    looks.note(resource);
    looks.use(resource, ['default/default']);
    looks.prove(resource, at);
    assert.deepEqual([looks.noteOutage(resource, true), looks.noteOutage(resource, true)], [false, true]);
    const { provenUntil, gateways } = looks.of(metadata) ?? {};
    assert.deepEqual([provenUntil, gateways], [at, ['default/default']]);
    looks.note(renewed);
    assert.equal(looks.noteOutage(renewed, false), false, 'another resource under the name');
    assert.equal(looks.of(metadata)?.provenUntil, undefined, 'another resource under the name');
  });

  it('remember since when the gateways of one are stuck, and not those of an earlier one of the name', () => {
    const looks = new ResourceMemory();
    const at = (second: number) => Temporal.Instant.fromEpochMilliseconds(1000 * second);
    const since = (one: typeof resource, second: number) => {
      looks.noteStuck(one, at(second));
      return looks.of(metadata)?.stuckSince?.epochMilliseconds;
    };
    assert.equal(since(resource, 5), 5000);
    assert.equal(since(resource, 9), 5000);
    assert.equal(since(resource, 3), 3000, 'the clock was set back');
    assert.equal(since(renewed, 9), 9000);
    looks.forget(metadata);
    assert.equal(since(renewed, 11), 11_000);
  });

  it('remember of one that was let go its version alone, until it is gone', () => {
    const looks = new ResourceMemory();
    looks.use(resource, ['default/default']);
    looks.letGo({ ...resource, metadata: { ...metadata, resourceVersion: '7' } });
    assert.deepEqual(looks.of(metadata), { kind: 'MtlsGateway', uid: '1', gateways: [], letGoOf: '7' });
    assert.deepEqual(looks.formerOf(metadata, undefined), [], 'nothing is left at a gateway');
    looks.keepFormer(metadata, undefined, []);
    assert.equal(looks.of(metadata), undefined);
  });
});
