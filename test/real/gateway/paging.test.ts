import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StandIn, startStandIn } from '../../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { Processes } from '../../../deploy/local/processes/processes.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import type { GatewayConfig } from '../../../src/api/operator-config.ts';
import { AdminClient } from '../../../src/gateway/admin-client.ts';
import { api7EeGroup } from '../../../src/gateway/api7-ee/api7-ee.ts';
import { apisixGroup } from '../../../src/gateway/apisix/apisix.ts';
import { ownObject } from '../../../src/gateway/own-object.ts';
import type { Owner } from '../../../src/model/gateway-state.ts';
import type { DesiredObject } from '../../../src/model/remote-object.ts';

const profiles: readonly ProfileName[] = ['ee-3.10', 'ee-3.3', 'apisix-3.18', 'apisix-3.19'];

/** The least that Apache APISIX takes; it answers 400 to less. */
const pageSize = 10;
const services = 25;
const routesOfTheFirst = 21;

const owner: Owner = { cluster: 'c', kind: 'MtlsUpstream', namespace: 'shop', name: 'many', uid: 'u' };

for (const profile of profiles) {
  describe(`lists of more than one page at ${profile}`, () => {
    const isApisix = profile.startsWith('apisix');
    let directory: string;
    let processes: Processes;
    let standIn: StandIn;

    before(async function () {
      this.timeout(60_000);
      directory = await mkdtemp(join(tmpdir(), 'mtls-operator-paging-'));
      processes = new Processes(join(directory, 'logs'));
      const ports = { https: await freePort(), http: await freePort() };
      standIn = await startStandIn(processes, join(directory, 'gateway'), ports, { profile });
    });
    after(async () => {
      await processes.stop();
      await rm(directory, { recursive: true, force: true });
    });

    const open = async (size?: number) => {
      const { adminUrl, tokenFile, caFile } = standIn;
      const type = isApisix ? 'apisix' : 'api7-ee';
      const dataPlane = { https: [], http: [] };
      const config: GatewayConfig = { name: 'g', type, adminUrl, tokenFile, caFile, dataPlane, allowedNamespaces: [] };
      const admin = new AdminClient(config, size === undefined ? {} : { pageSize: size });
      return (isApisix ? apisixGroup : api7EeGroup)(config, 'default', admin).open();
    };
    const service = (number: number): DesiredObject => {
      const upstream = { type: 'roundrobin', nodes: [{ host: '127.0.0.1', port: 1, weight: 1, priority: 0 }] };
      const type = isApisix ? {} : { type: 'http' };
      return ownObject(owner, 'services', `service-${number}`, { name: `many-${number}`, ...type, upstream });
    };
    const route = (number: number): DesiredObject => {
      const paths = [`/many/${number}`];
      const body = { name: `many-${number}`, service_id: service(0).id, methods: ['GET'] };
      return ownObject(owner, 'routes', `route-${number}`, { ...body, [isApisix ? 'uris' : 'paths']: paths });
    };
    const all = () => [
      ...Array.from({ length: services }, (_, number) => service(number)),
      ...Array.from({ length: routesOfTheFirst }, (_, number) => route(number)),
    ];
    const names = (objects: readonly { readonly kind: string; readonly id: string }[]) =>
      objects.map(({ kind, id }) => `${kind}/${id}`).sort();

    it('are read whole, page after page', async () => {
      const group = await open(pageSize);
      for (const object of all()) await group.put(object);
      await standIn.admin.delete('stand-in/requests');
      assert.deepEqual(names(await group.observe()), names(all()));
      const { list } = await standIn.admin('stand-in/requests').json<{ list: readonly { path: string }[] }>();
      const pages = list.filter(({ path }) => path.endsWith('/services')).length;
      assert.equal(pages, Math.ceil(services / pageSize));
    });

    it('are the same in one page', async () => {
      const group = await open();
      assert.deepEqual(names(await group.observe()), names(all()));
    });

    it('are read whole while others are made and all are edited', async () => {
      const group = await open(pageSize);
      const more = Array.from({ length: 20 }, (_, number) => service(services + number));
      const making = (async () => {
        for (const [at, object] of more.entries()) {
          await group.put(object);
          await group.put(service(at));
        }
      })();
      for (let look = 0; look < 5; look += 1) {
        const seen = new Set(names(await group.observe()));
        assert.deepEqual(
          names(all()).filter((name) => !seen.has(name)),
          [],
        );
      }
      await making;
      assert.deepEqual(names(await group.observe()), names([...all(), ...more]));
    });
  });
}
