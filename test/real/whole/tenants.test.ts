import assert from 'node:assert/strict';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { isServedBy } from '../../harness/served.ts';
import { Tenant } from '../../harness/tenants.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';

/** Nothing here may wait for an interval: whoever can go on is woken. */
const never = { driftInterval: Temporal.Duration.from({ hours: 1 }) };

const profiles: readonly ProfileName[] = ['ee-3.10', 'apisix-3.18'];

/** Nobody listens there: what matters is who has which route at the gateway. */
const port = 9;

interface Service {
  readonly hosts?: readonly string[];
  readonly paths: readonly string[];
}

const serviceOf = (name: string, { hosts = [], paths }: Service) => ({
  ...{ name, hosts, routes: [{ name: 'r', paths }] },
  upstream: { nodes: [{ host: '127.0.0.1', port }] },
});
const upstreamOf = (name: string, service: Service) =>
  anUpstream({ name, port, spec: { service: serviceOf(name, service) } });

for (const profile of profiles) {
  describe(`two tenants who do not trust each other at the gateway ${profile}`, () => {
    const given = useWhole({ operator: false, profile });
    let victim: Tenant;
    let attacker: Tenant;

    const config = () => ({ ...never, watchNamespaces: [victim.namespace, attacker.namespace] });

    before('make the tenants', async () => {
      const { whole } = given;
      victim = await Tenant.of(whole, whole.namespace);
      attacker = await Tenant.of(whole, await whole.cluster.namespace());
      await whole.startOperator(config());
    });

    const routes = async () => (await given.whole.gatewayObjects()).filter((object) => object.startsWith('routes/'));

    it('an edit takes no host from somebody who is served, nor does a start of the operator', async () => {
      const { whole } = given;
      await attacker.apply(aGateway({ name: 'edited', hosts: ['attacker.example'] }));
      await attacker.ready('mgw', 'edited');
      await untilNextSecond();
      await victim.apply(aGateway({ name: 'served', hosts: ['victim.example'] }));
      await victim.ready('mgw', 'served');
      await attacker.apply(aGateway({ name: 'edited', hosts: ['attacker.example', 'victim.example'] }));
      const expected = `The host victim.example belongs to MtlsGateway ${victim.namespace}/served, which was first; it is left out here`;
      assert.equal(await attacker.stalled('mgw', 'edited', 'SniConflict'), expected);
      await isServedBy(whole, 'victim.example', 'served');
      await whole.assertSilent('mgw', 'served');

      await whole.stopOperator();
      await whole.startOperator(config());
      await whole.touch('mgw', 'served');
      await victim.ready('mgw', 'served');
      await isServedBy(whole, 'victim.example', 'served');
    });

    it('what is gone from the gateway comes back to who was served', async () => {
      const { whole } = given;
      await whole.stopOperator();
      await emptyGateway(whole);
      assert.deepEqual(await whole.gatewayObjects(), []);
      await whole.startOperator(config());
      await eventually(async () => assert.notDeepEqual(await whole.gatewayObjects(), []));
      await attacker.stalled('mgw', 'edited', 'SniConflict');
      await victim.ready('mgw', 'served');
      await isServedBy(whole, 'victim.example', 'served');
    });

    it('who waits gets the host when it is given up, and keeps it when it is wanted again', async () => {
      const { whole } = given;
      await victim.remove('mgw', 'served');
      await attacker.ready('mgw', 'edited');
      await isServedBy(whole, 'victim.example', 'edited', attacker.namespace);
      await victim.apply(aGateway({ name: 'again', hosts: ['victim.example'] }));
      assert.match(await victim.stalled('mgw', 'again', 'SniConflict'), /which was first/);
      await attacker.remove('mgw', 'edited');
      await victim.ready('mgw', 'again');
      await victim.remove('mgw', 'again');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    it('an edit takes no requests from somebody who has a route for them', async () => {
      const { whole } = given;
      await attacker.apply(upstreamOf('edited-up', { paths: ['/attacker'] }));
      await whole.until('mup', 'edited-up', 'GatewaySynced', 'True', undefined, attacker.namespace);
      await untilNextSecond();
      await victim.apply(upstreamOf('served-up', { paths: ['/victim'] }));
      await whole.until('mup', 'served-up', 'GatewaySynced', 'True');
      const before = await routes();
      await attacker.apply(upstreamOf('edited-up', { paths: ['/victim'] }));
      await whole.until('mup', 'edited-up', 'GatewaySynced', 'False', 'RouteConflict', attacker.namespace);
      await whole.touch('mup', 'served-up');
      await whole.until('mup', 'served-up', 'GatewaySynced', 'True');
      const after = await routes();
      assert.equal(after.length, 1, 'the route of who was served');
      assert.ok(before.includes(after[0] ?? ''));
      await victim.remove('mup', 'served-up');
      await whole.until('mup', 'edited-up', 'GatewaySynced', 'True', undefined, attacker.namespace);
      await attacker.remove('mup', 'edited-up');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });
  });
}

/** The API server writes the time of creation in whole seconds. */
async function untilNextSecond(): Promise<void> {
  const { epochMilliseconds } = Temporal.Now.instant();
  const second = (milliseconds: number) => Math.floor(milliseconds / 1000);
  await eventually(() => assert.ok(second(Temporal.Now.instant().epochMilliseconds) > second(epochMilliseconds)));
}

/** As somebody does it by hand: users first. */
async function emptyGateway(whole: Whole): Promise<void> {
  for (const object of (await whole.gatewayObjects()).toReversed()) {
    const searchParams = whole.standIn.profile.startsWith('apisix')
      ? {}
      : { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    await whole.standIn.admin.delete(`apisix/admin/${object}`, { searchParams });
  }
}
