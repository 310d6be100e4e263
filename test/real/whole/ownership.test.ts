import assert from 'node:assert/strict';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { owns } from '../../../src/election/shard.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { isServedBy } from '../../harness/served.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';

/** Nothing here may wait for an interval: whoever can go on is woken. */
const never = { driftInterval: Temporal.Duration.from({ hours: 1 }) };

const profiles: readonly ProfileName[] = ['ee-3.10', 'ee-3.3', 'apisix-3.18', 'apisix-3.19'];

const messageOf = async (whole: Whole, kind: string, name: string) =>
  (await whole.get(kind, name)).status?.conditions?.find(({ type }) => type === 'GatewaySynced')?.message ?? '';

for (const profile of profiles) {
  describe(`one host and several resources at the gateway ${profile}`, () => {
    const given = useWhole({ operator: false, profile });
    const isApisix = profile.startsWith('apisix');

    before(() => given.whole.startOperator(never));

    // Both may be of one second, so that the name decides.
    const elder = (hosts: readonly string[]) => aGateway({ name: 'a-elder', hosts });
    const younger = (hosts: readonly string[]) => aGateway({ name: 'b-younger', hosts });
    const remove = (kind: string, ...names: readonly string[]) =>
      given.whole.here(['delete', kind, ...names, '--timeout=30s']);

    it('the first one has it; the other says whose it is, and serves what is its own', async () => {
      const { whole } = given;
      await whole.apply(elder(['shared.example', 'elder.example']));
      await whole.ready('mgw', 'a-elder');
      await whole.apply(younger(['shared.example', 'younger.example']));
      await whole.until('mgw', 'b-younger', 'Stalled', 'True', 'SniConflict');
      assert.equal(
        await messageOf(whole, 'mgw', 'b-younger'),
        `The host shared.example belongs to MtlsGateway ${whole.namespace}/a-elder, which claimed it first; it is not served for this resource`,
      );
      await isServedBy(whole, 'shared.example', 'a-elder');
      await isServedBy(whole, 'younger.example', 'b-younger');
      await whole.assertSilent('mgw', 'b-younger');
      await whole.assertSilent('mgw', 'a-elder');
    });

    it('the other takes it over when the first gives it up, and keeps it when that wants it again', async () => {
      const { whole } = given;
      await whole.apply(elder(['elder.example']));
      await whole.ready('mgw', 'b-younger');
      await isServedBy(whole, 'shared.example', 'b-younger');
      await whole.apply(elder(['shared.example', 'elder.example']));
      await whole.until('mgw', 'a-elder', 'Stalled', 'True', 'SniConflict');
      await whole.ready('mgw', 'b-younger');
      await isServedBy(whole, 'shared.example', 'b-younger');
      await whole.assertSilent('mgw', 'b-younger');
      await whole.assertSilent('mgw', 'a-elder');
    });

    it('who waits takes it over when the other is gone', async () => {
      const { whole } = given;
      await remove('mgw', 'b-younger');
      await whole.ready('mgw', 'a-elder');
      await isServedBy(whole, 'shared.example', 'a-elder');
      await remove('mgw', 'a-elder');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    it('a wildcard and a name below it are two: both are Ready, and the exact one is served where there is one', async () => {
      const { whole } = given;
      await whole.apply(elder(['*.wild.example']), younger(['exact.wild.example']));
      await whole.ready('mgw', 'a-elder');
      await whole.ready('mgw', 'b-younger');
      await isServedBy(whole, 'exact.wild.example', 'b-younger');
      await isServedBy(whole, 'other.wild.example', 'a-elder');
      await remove('mgw', 'a-elder', 'b-younger');
    });

    const query = () => (isApisix ? {} : { gateway_group_id: given.whole.standIn.groups['default'] ?? '' });
    const put = (path: string, json: object) =>
      given.whole.standIn.admin.put(`apisix/admin/${path}`, { searchParams: query(), json });
    /** As somebody would make it by hand; gives the last object, the first to be removed. */
    const makeByHand = async (host: string, pair: Readonly<Record<string, string>>) => {
      const { 'tls.crt': cert, 'tls.key': key } = pair;
      if (profile !== 'ee-3.10') {
        await put('ssls/by-hand', {
          ...(isApisix ? {} : { name: 'by-hand' }),
          type: 'server',
          snis: [host],
          cert,
          key,
        });
        return 'ssls/by-hand';
      }
      await put('certificates/by-hand', { name: 'by-hand', cert, key });
      await put('snis/by-hand', { name: 'by-hand', domain: host, certificates: ['by-hand'] });
      return 'snis/by-hand';
    };
    const removeByHand = (object: string) =>
      given.whole.standIn.admin.delete(`apisix/admin/${object}`, { searchParams: query() });
    const bodyOf = (object: string) =>
      given.whole.standIn.admin(`apisix/admin/${object}`, { searchParams: query() }).json();

    it('one that somebody has made by hand is left alone, and the hosts beside it are served', async () => {
      const { whole } = given;
      await whole.apply(aGateway({ name: 'donor', hosts: ['donor.example'] }));
      await whole.ready('mgw', 'donor');
      const object = await makeByHand('hand.example', await whole.secret('donor-server'));
      const before = await bodyOf(object);
      await whole.apply(younger(['hand.example', 'free.example']));
      await whole.until('mgw', 'b-younger', 'Stalled', 'True', 'SniConflict');
      assert.match(
        await messageOf(whole, 'mgw', 'b-younger'),
        new RegExp(`hand\\.example .* ${object}, .* somebody else`),
      );
      await isServedBy(whole, 'free.example', 'b-younger');
      const { status } = await whole.until('mgw', 'b-younger', 'Enforced', 'True', 'Proven');
      assert.match(status?.conditions?.find(({ type }) => type === 'Enforced')?.message ?? '', / at free\.example, /);
      assert.deepEqual(await bodyOf(object), before);
      await removeByHand(object);
      const gone = performance.now();
      await whole.ready('mgw', 'b-younger');
      const seconds = (performance.now() - gone) / 1000;
      assert.ok(seconds < 30, `taken over after ${seconds} s`);
      await isServedBy(whole, 'hand.example', 'b-younger');
      await remove('mgw', 'b-younger', 'donor');
    });

    if (isApisix) {
      it('a second object that somebody makes for it is said, and the first stays', async () => {
        const { whole } = given;
        await whole.apply(elder(['twice.example']));
        await whole.ready('mgw', 'a-elder');
        const objects = await whole.gatewayObjects();
        const object = await makeByHand('twice.example', await whole.secret('a-elder-server'));
        // In the same minute the reading of the group would still do.
        await whole.stopOperator();
        await whole.startOperator(never);
        await whole.until('mgw', 'a-elder', 'Stalled', 'True', 'SniConflict');
        assert.match(await messageOf(whole, 'mgw', 'a-elder'), /twice\.example is also taken/);
        assert.deepEqual(await whole.gatewayObjects(), objects);
        await removeByHand(object);
        await whole.touch('mgw', 'a-elder');
        await whole.ready('mgw', 'a-elder');
        await remove('mgw', 'a-elder');
      });
    }

    it('requests that two MtlsUpstreams want go to the first, until it gives them up', async () => {
      const { whole } = given;
      const port = 9;
      const nodes = { upstream: { nodes: [{ host: '127.0.0.1', port }] } };
      const route = (name: string, path: string) => ({ name, paths: [path] });
      const first = (path: string) =>
        anUpstream({
          name: 'a-first',
          port,
          spec: { service: { name: 'first', ...nodes, routes: [route('r', path)] } },
        });
      const routes = [route('own', '/own'), route('shared', '/shared')];
      const second = anUpstream({ name: 'b-second', port, spec: { service: { name: 'second', ...nodes, routes } } });
      const routesAtGateway = async () =>
        (await whole.gatewayObjects()).filter((object) => object.startsWith('routes/'));

      await whole.apply(first('/shared'));
      await whole.until('mup', 'a-first', 'GatewaySynced', 'True');
      await whole.apply(second);
      await whole.until('mup', 'b-second', 'GatewaySynced', 'False', 'RouteConflict');
      const { namespace } = whole;
      assert.equal(
        await messageOf(whole, 'mup', 'b-second'),
        `A request of the route shared (GET /shared) belongs to MtlsUpstream ${namespace}/a-first, which claimed it first; it is not served for this resource`,
      );
      assert.equal((await routesAtGateway()).length, 2);
      await whole.apply(first('/elsewhere'));
      await whole.until('mup', 'b-second', 'GatewaySynced', 'True');
      assert.equal((await routesAtGateway()).length, 3);
      await whole.apply(first('/own'));
      await whole.until('mup', 'a-first', 'GatewaySynced', 'False', 'RouteConflict');
      await whole.until('mup', 'b-second', 'GatewaySynced', 'True');
      assert.equal((await routesAtGateway()).length, 2);
      await remove('mup', 'b-second');
      await whole.until('mup', 'a-first', 'GatewaySynced', 'True');
      await remove('mup', 'a-first');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });
  });
}

describe('one host and two operators that share the resources', () => {
  const given = useWhole({ operator: false, profile: 'apisix-3.18' });
  const shards = [0, 1].map((index) => ({ index, count: 2 }));

  it('goes from one to the other as if they were one', async () => {
    const { whole } = given;
    const nameIn = (prefix: string, index: number) => {
      const names = Array.from({ length: 50 }, (_, number) => `${prefix}-${number}`);
      return names.find((name) => owns({ index, count: 2 }, { namespace: whole.namespace, name })) ?? '';
    };
    const [elder, younger] = [nameIn('a', 0), nameIn('b', 1)];
    const config = { ...whole.config(), ...never };
    await whole.startOperatorWith(...shards.map((shard) => ({ config, shard })));
    await whole.apply(
      aGateway({ name: elder, hosts: ['shared.example'] }),
      aGateway({ name: younger, hosts: ['shared.example'] }),
    );
    await whole.ready('mgw', elder);
    await whole.until('mgw', younger, 'Stalled', 'True', 'SniConflict');
    await isServedBy(whole, 'shared.example', elder);
    assert.equal((await whole.gatewayObjects()).length, 1);
    await whole.apply(aGateway({ name: elder, hosts: ['elder.example'] }));
    await whole.ready('mgw', younger);
    await isServedBy(whole, 'shared.example', younger);
    await whole.apply(aGateway({ name: elder, hosts: ['shared.example'] }));
    await whole.until('mgw', elder, 'Stalled', 'True', 'SniConflict');
    await whole.ready('mgw', younger);
    await whole.here(['delete', 'mgw', younger, '--timeout=30s']);
    await whole.ready('mgw', elder);
    await isServedBy(whole, 'shared.example', elder);
  });
});
