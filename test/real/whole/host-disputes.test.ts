import assert from 'node:assert/strict';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { isServedBy } from '../../harness/served.ts';
import { deadPort as port, serviceOf, upstreamOf } from '../../harness/tenant-services.ts';
import { Tenant } from '../../harness/tenants.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';

/** Nothing here may wait for an interval: whoever can go on is woken. */
const never = { driftInterval: Temporal.Duration.from({ hours: 1 }) };

const profiles: readonly ProfileName[] = ['ee-3.10', 'apisix-3.18'];

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
      const expected = `The host victim.example belongs to MtlsGateway ${victim.namespace}/served, which claimed it first; it is not served for this resource`;
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
      assert.match(await victim.stalled('mgw', 'again', 'SniConflict'), /which claimed it first/);
      await attacker.remove('mgw', 'edited');
      await victim.ready('mgw', 'again');
      await victim.remove('mgw', 'again');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    describe('at a host of the other', () => {
      const first = 'which claimed it first, and namespaces share hosts only where the administrator allows it';

      before('the victim has a name and a wildcard', async () => {
        await victim.apply(aGateway({ name: 'corp', hosts: ['*.corp.example', 'shop.example'] }));
        await victim.ready('mgw', 'corp');
      });
      after('let go', () => victim.remove('mgw', 'corp'));

      it('no exact name is put below a wildcard, and what is free beside it is served', async () => {
        const { whole } = given;
        await attacker.apply(aGateway({ name: 'below', hosts: ['pay.corp.example', 'free.example'] }));
        assert.equal(
          await attacker.stalled('mgw', 'below', 'HostNotAllowed'),
          `The host pay.corp.example is not served for this resource: *.corp.example belongs to MtlsGateway ${victim.namespace}/corp, ${first}`,
        );
        await isServedBy(whole, 'pay.corp.example', 'corp');
        await isServedBy(whole, 'free.example', 'below', attacker.namespace);
        await whole.assertSilent('mgw', 'below', attacker.namespace);
      });

      it('no wildcard is put above a name', async () => {
        await attacker.apply(aGateway({ name: 'above', hosts: ['*.example'] }));
        assert.match(await attacker.stalled('mgw', 'above', 'HostNotAllowed'), /corp, which claimed it first/);
        await attacker.remove('mgw', 'above');
      });

      for (const { what, hosts, owner } of [
        { what: 'at the name', hosts: ['shop.example'], owner: 'shop.example' },
        { what: 'below the wildcard', hosts: ['pay.corp.example'], owner: '*.corp.example' },
        { what: 'at every host', hosts: [], owner: '*.corp.example' },
      ]) {
        it(`no route ${what} is put before the victim's`, async () => {
          const name = `route-${what.replaceAll(' ', '-')}`;
          await attacker.apply(upstreamOf(name, { hosts, paths: ['/login'] }));
          const resource = await given.whole.until(
            'mup',
            name,
            'GatewaySynced',
            'False',
            'HostNotAllowed',
            attacker.namespace,
          );
          const said = resource.status?.conditions?.find(({ type }) => type === 'GatewaySynced')?.message ?? '';
          assert.ok(said.endsWith(`${owner} belongs to MtlsGateway ${victim.namespace}/corp, ${first}`), said);
          assert.deepEqual(await routes(), []);
          await attacker.remove('mup', name);
        });
      }

      it('what is free by an edit of the victim is had by who waits, and by nobody else', async () => {
        const { whole } = given;
        await victim.apply(aGateway({ name: 'corp', hosts: ['shop.example'] }));
        await attacker.ready('mgw', 'below');
        await isServedBy(whole, 'pay.corp.example', 'below', attacker.namespace);
        await victim.apply(aGateway({ name: 'corp', hosts: ['*.corp.example', 'shop.example'] }));
        assert.match(await victim.stalled('mgw', 'corp', 'HostNotAllowed'), /pay\.corp\.example belongs to/);
        await attacker.remove('mgw', 'below');
        await victim.ready('mgw', 'corp');
        await isServedBy(whole, 'pay.corp.example', 'corp');
      });
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

    it('a route that was left behind is told of by who comes after it, who has the rest, and all once it is gone', async () => {
      const { whole } = given;
      const hosts = ['left.example'];
      const leaving = anUpstream({
        ...{ name: 'leaving', port },
        spec: { deletionPolicy: 'Retain', service: serviceOf('leaving', { hosts, paths: ['/login'] }) },
      });
      await attacker.apply(leaving);
      await whole.until('mup', 'leaving', 'GatewaySynced', 'True', undefined, attacker.namespace);
      await attacker.remove('mup', 'leaving');
      const [left = ''] = await routes();

      await victim.apply(upstreamOf('after', { hosts, paths: ['/login', '/other'] }));
      const { status } = await whole.until('mup', 'after', 'GatewaySynced', 'False', 'RouteConflict');
      const said = status?.conditions?.find(({ type }) => type === 'GatewaySynced')?.message ?? '';
      const whose = `is taken at the gateway by ${left}, which belongs to MtlsUpstream ${attacker.namespace}/leaving; the operator does not change it`;
      assert.match(said, /^A request of the route r \([A-Z]+ left\.example\/login\) is taken/);
      assert.ok(said.endsWith(whose), said);
      assert.equal((await routes()).length, 2, 'what was left, and the rest');

      await deleteAtGateway(whole, left);
      await whole.until('mup', 'after', 'GatewaySynced', 'True');
      assert.equal((await routes()).length, 1);
    });

    it('what was left behind is told, and goes by the word of the administrator alone', async () => {
      const { whole } = given;
      const often = { ...config(), driftInterval: Temporal.Duration.from({ seconds: 1 }) };
      const metric = async () => {
        const { body } = await whole.metrics.page();
        return /^mtls_operator_orphaned_objects\{gateway="default\/default"\} (\d+)$/m.exec(body)?.[1];
      };
      await whole.stopOperator();
      await whole.startOperator(often);
      await eventually(async () => assert.ok(Number(await metric()) > 0));
      const found = await whole.gatewayObjects();
      assert.ok(whole.logs.some((line) => line.includes('found orphaned objects')));

      await whole.stopOperator();
      await whole.startOperator({ ...often, orphans: 'Remove' });
      await eventually(async () => assert.equal(await metric(), '0'));
      const left = await whole.gatewayObjects();
      assert.ok(left.length > 0 && left.length < found.length, 'those of who is there are there');
      await whole.until('mup', 'after', 'GatewaySynced', 'True');
      await victim.remove('mup', 'after');
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
  for (const object of (await whole.gatewayObjects()).toReversed()) await deleteAtGateway(whole, object);
}

async function deleteAtGateway({ standIn }: Whole, object: string): Promise<void> {
  const searchParams = standIn.profile.startsWith('apisix')
    ? {}
    : { gateway_group_id: standIn.groups['default'] ?? '' };
  await standIn.admin.delete(`apisix/admin/${object}`, { searchParams });
}
