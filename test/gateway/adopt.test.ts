import assert from 'node:assert/strict';
import type { GatewayConfig } from '../../src/api/operator-config.ts';
import { Gateways } from '../../src/gateway/gateways.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import { boundLabel, idLabel, idPrefix, ownerLabels } from '../../src/model/ownership.ts';
import type { DesiredObject, JsonObject } from '../../src/model/remote-object.ts';
import type { Gateway } from '../../src/ports/gateway.ts';
import { seconds } from '../../src/std/duration.ts';
import { AdminFiles, AdminServer, answer, type Behaviour } from './admin-server.ts';
import { failureOf, inShort } from './failures.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsUpstream', namespace: 'shop', name: 'web', uid: 'u' };
const labels = ownerLabels(owner);
const object = (kind: string, role: string, body: JsonObject): DesiredObject => ({
  kind,
  id: `${idPrefix(owner)}-${role}`,
  body: { ...body, labels },
  writeOnly: [],
});
const service = object('services', 'service', { name: 'hello' });
const route = object('routes', 'route', { name: 'r', service_id: service.id });

type Held = Map<string, JsonObject>;

const documents: Readonly<Record<string, unknown>> = {
  '/api/version': { value: '3.10.1' },
  '/api/gateway_groups': { list: [{ id: 'g', name: 'default' }], total: 1 },
};

/** Keeps whatever it is told, as this product answers. */
function controlPlane(held: Held, type: GatewayConfig['type']): Behaviour {
  const shown = (value: JsonObject) => (type === 'apisix' ? { key: 'k', value } : value);
  const one = (place: string) =>
    held.has(place) ? { status: 200, said: { value: held.get(place) } } : { status: 404, said: {} };
  const list = (place: string, service: string | undefined) => {
    const all = [...held].filter(([key]) => key.startsWith(`${place}/`)).map(([, value]) => value);
    const asked = all.filter(({ service_id }) => service === undefined || service_id === service);
    return { status: 200, said: { list: asked.map(shown), total: asked.length } };
  };
  return (request, ...rest) => {
    const { method, path, query, body } = request;
    const place = path.replace('/apisix/admin/', '');
    if (method === 'PUT') held.set(place, { ...JSON.parse(body), id: place.split('/')[1] });
    if (method === 'DELETE') held.delete(place);
    const found = place.includes('/') ? one(place) : list(place, query['service_id']);
    const { status, said } = path in documents ? { status: 200, said: documents[path] } : found;
    answer(status, said, { server: 'APISIX/3.18.0' })(request, ...rest);
  };
}

for (const type of ['api7-ee', 'apisix'] as const) {
  describe(`an object that is taken over at a gateway of type ${type}`, () => {
    const files = new AdminFiles();
    const held: Held = new Map();
    let server: AdminServer;
    const open = (): Gateway => {
      const gateways = new Gateways([files.config(server.url, { type })], { random: () => 0 });
      return gateways.resolve({ name: 'default', group: 'default' }, 'shop').gateway;
    };
    const labelsOf = (place: string) => held.get(place)?.['labels'] as JsonObject | undefined;
    const writes = () =>
      server.requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${path.replace('/apisix/admin/', '')}`);

    before(async () => {
      server = await AdminServer.start();
    });
    beforeEach(() => {
      server.reset();
      held.clear();
      held.set('services/theirs', { id: 'theirs', name: 'by hand', desc: 'of somebody' });
      held.set('routes/their-route', { id: 'their-route', service_id: 'theirs', name: 'r' });
      held.set('routes/of-another', { id: 'of-another', service_id: 'another' });
      server.behave = controlPlane(held, type);
    });
    after(() => {
      server.close();
      files.remove();
    });

    it('is read whole, a service with its routes and no others', async () => {
      const found = await open().read({ kind: 'services', id: 'theirs' });
      assert.deepEqual(
        found.map(({ kind, id }) => `${kind}/${id}`),
        ['services/theirs', 'routes/their-route'],
      );
      assert.equal(found[0]?.body['desc'], 'of somebody');
      assert.deepEqual(await open().read({ kind: 'services', id: 'none' }), []);
    });

    it('is replaced whole by one request to its own id, and what refers to it names that id', async () => {
      const gateway = open();
      const [theirs, theirRoute] = await gateway.read({ kind: 'services', id: 'theirs' });
      assert.ok(theirs && theirRoute);
      await gateway.adopt(service, theirs);
      await gateway.adopt(route, theirRoute);
      assert.deepEqual(writes(), ['PUT services/theirs', 'PUT routes/their-route']);
      assert.deepEqual(held.get('services/theirs'), {
        ...service.body,
        id: 'theirs',
        labels: { ...labels, [idLabel]: service.id, [boundLabel]: 'theirs' },
      });
      assert.equal(held.get('routes/their-route')?.['service_id'], 'theirs');
    });

    it('is ours from then on, also for a process that has just started: compared, written and removed there', async () => {
      const [theirs] = await open().read({ kind: 'services', id: 'theirs' });
      assert.ok(theirs);
      await open().adopt(service, theirs);
      const gateway = open();
      const { inventory } = await gateway.observe();
      assert.deepEqual(
        inventory.ownedBy(owner).map(({ id }) => id),
        [service.id],
      );
      await gateway.put(service);
      assert.equal(labelsOf('services/theirs')?.[boundLabel], 'theirs');
      await gateway.remove(service);
      assert.deepEqual(writes().slice(1), ['PUT services/theirs', 'DELETE services/theirs']);
    });

    it('is known as ours in the reading that was made before', async () => {
      const gateway = open();
      const { inventory } = await gateway.observe();
      const [theirs] = await gateway.read({ kind: 'services', id: 'theirs' });
      assert.ok(theirs);
      await gateway.adopt(service, theirs);
      assert.equal(inventory.find(service)?.labels[boundLabel], 'theirs');
      assert.equal(inventory.find(theirs), undefined);
    });

    for (const { what, change } of [
      { what: 'was changed', change: () => held.set('services/theirs', { id: 'theirs', name: 'changed' }) },
      {
        what: 'was taken by another resource',
        change: () => held.set('services/theirs', { id: 'theirs', name: 'by hand', desc: 'of somebody', labels }),
      },
      { what: 'was removed', change: () => held.delete('services/theirs') },
    ]) {
      it(`is left alone where it ${what} since it was looked at`, async () => {
        const gateway = open();
        const [theirs] = await gateway.read({ kind: 'services', id: 'theirs' });
        assert.ok(theirs);
        change();
        assert.equal(inShort(await failureOf(gateway.adopt(service, theirs))), 'transient Conflict');
        assert.deepEqual(writes(), []);
      });
    }

    it('is itself where objects of other kinds have the same id, or texts are the same', async () => {
      held.set('services/1', { id: '1', name: '1' });
      held.set('routes/1', { id: '1', service_id: '1', name: '1' });
      const [theirs, theirRoute] = await open().read({ kind: 'services', id: '1' });
      assert.ok(theirs && theirRoute);
      const gateway = open();
      const named = { ...route, body: { ...route.body, name: '1' } };
      await gateway.adopt(service, theirs);
      await gateway.adopt(named, theirRoute);
      assert.deepEqual([held.get('routes/1')?.['service_id'], held.get('routes/1')?.['name']], ['1', '1']);
      for (const reading of [await gateway.observe(seconds(0)), await open().observe()]) {
        const { inventory } = reading;
        assert.deepEqual(
          inventory.ownedBy(owner).map(({ kind, id }) => `${kind}/${id}`),
          [`services/${service.id}`, `routes/${route.id}`],
        );
        const { name, service_id } = inventory.find(route)?.body ?? {};
        assert.deepEqual([name, service_id], ['1', service.id]);
      }
    });

    it('is not taken for ours where a tool has copied it, labels and all', async () => {
      const [theirs] = await open().read({ kind: 'services', id: 'theirs' });
      assert.ok(theirs);
      await open().adopt(service, theirs);
      held.set('services/a-copy', { ...held.get('services/theirs'), id: 'a-copy' });
      const { inventory } = await open().observe();
      assert.deepEqual(
        inventory.ownedBy(owner).map(({ id }) => id),
        [service.id],
      );
      await open().remove(service);
      assert.ok(held.has('services/a-copy'));
    });
  });
}
