import assert from 'node:assert/strict';
import { apply } from '../../src/apply/apply.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import { observe } from '../../src/observe/observe.ts';
import { nginxConfigMap } from '../../src/plan/children/secret.ts';
import { mtlsUpstreamPlan } from '../../src/plan/mtls-upstream.ts';
import type { Step } from '../../src/plan/steps.ts';
import { type Failure, permanent, transient } from '../../src/std/failure.ts';
import { anUpstreamResource } from '../plan/given.ts';
import { aRun, Cluster, type Told } from '../reconcile/given.ts';

const resource = anUpstreamResource();
const write = (part: string, standalone = false): Step => {
  const nginx = { ...resource.spec.nginx, configMapName: part };
  const desired = nginxConfigMap({ ...resource, spec: { ...resource.spec, nginx } }, 'server {}\n', '{}\n');
  return { part, do: 'write', desired, ...(standalone && { standalone: true }) };
};
const change: Step = { part: 'gateway', do: 'change', gateway: 'default/default', changes: [] };

describe('the steps of a plan', () => {
  let cluster: Cluster;
  const told: Told = { events: [], lines: [] };
  before(async () => {
    cluster = await Cluster.start();
  });
  beforeEach(() => cluster.reset());
  after(() => cluster.stop());

  /** Performs them where the writes of some children fail, and where the gateway does. */
  async function perform(steps: readonly Step[], fails: Readonly<Record<string, Failure>> = {}) {
    const run = aRun(cluster, told);
    const configMaps = {
      ...run.configMaps,
      write: async <Kind>({ name }: { readonly name: string }, send: () => Promise<Kind>) => {
        if (fails[name] !== undefined) throw fails[name];
        return await send();
      },
    };
    const validate = async () => {
      if (fails['gateway'] !== undefined) throw fails['gateway'];
    };
    const gateways = { ...run.gateways, resolve: () => ({ gateway: { validate } }) } as never;
    const observed = await observe(mtlsUpstreamPlan, resource, {}, run);
    return await apply(steps, observed, { ...run, configMaps, gateways });
  }

  const written = () => cluster.writes.map(({ body }) => (body['metadata'] as { name: string }).name);
  const down = transient('ApiUnavailable', 'The API server gives no answer');

  it('are performed one after another', async () => {
    const { done, failed } = await perform([write('a'), write('b')]);
    assert.deepEqual([written(), done.length, failed.size], [['a', 'b'], 2, 0]);
  });

  it('take the watch for drift off the objects at the gateway before they change the first of them', async () => {
    const run = aRun(cluster, told);
    const order: string[] = [];
    const gateway = {
      ...{ label: 'default/default', validate: async () => void order.push('validate') },
      put: async () => void order.push('put'),
    };
    const gateways = { ...run.gateways, resolve: () => ({ gateway }) } as never;
    const drift = { ...run.drift, suspend: (_: unknown, owner: Owner) => void order.push(`suspend ${owner.name}`) };
    const object = { kind: 'routes', id: 'r', claims: [], body: {}, writeOnly: [] } as const;
    const put: Step = { ...change, changes: [{ type: 'put', object, because: 'missing' }] };
    const observed = await observe(mtlsUpstreamPlan, resource, {}, run);
    await apply([put, write('a')], observed, { ...run, gateways, drift: drift as never });
    assert.deepEqual(order, ['validate', `suspend ${resource.metadata.name}`, 'put']);
  });

  it('end at the first that fails, and tell why by its part', async () => {
    const { done, failed } = await perform([write('a'), write('b'), write('c')], { b: down });
    assert.deepEqual([written(), done.length, [...failed]], [['a'], 1, [['b', down]]]);
  });

  it('go on after one that nothing else needs', async () => {
    const { failed } = await perform([write('a', true), write('b')], { a: down });
    assert.deepEqual([written(), [...failed.keys()]], [['b'], ['a']]);
  });

  it('are left for the next reconcile where somebody wrote first', async () => {
    const conflict = transient('Conflict', 'Somebody wrote first');
    await assert.rejects(perform([write('a', true)], { a: conflict }), conflict);
  });

  it('are decided upon once more where the gateway refuses them, and not a third time', async () => {
    const rejected = permanent('GatewayRejected', 'The gateway refused it');
    const once = await perform([change], { gateway: rejected });
    assert.deepEqual([once.wasRejected, once.failed.size], [true, 0]);
    const twice = await apply([change], once, {
      ...aRun(cluster, told),
      gateways: { resolve: () => ({ gateway: { validate: () => Promise.reject(rejected) } }) } as never,
    });
    assert.deepEqual([...twice.failed], [['gateway', rejected]]);
  });
});
