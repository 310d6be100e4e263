import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { Endpoint } from '../../../src/api/operator-config.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';
import { Detour } from '../upstream/detour.ts';

const hour = Temporal.Duration.from({ hours: 1 });
/** Of the drift interval of the harness this is three. */
const quiet = Temporal.Duration.from({ seconds: 3 });

/** Where the operator probes, each by a way of its own on which connections are counted. */
const places = ['https', 'http', 'nginx', 'otherHttps', 'otherHttp'] as const;
type Place = (typeof places)[number];
type Counts = Readonly<Record<Place, number>>;

const names = { mgw: 'test-com', mup: 'mtls-nginx' } as const;
type KindName = keyof typeof names;
const kindNames = Object.keys(names) as readonly KindName[];

describe('a restart of the operator', () => {
  const given = useWhole({ operator: false });
  const detours = new Map<Place, Detour>();
  const ports = new Map<Place, number>();
  let nginxPort: number;

  before('start NGINX and the ways, and let both resources become Ready', async () => {
    const { whole } = given;
    const { httpsPort, httpPort } = whole.standIn;
    nginxPort = await freePort();
    const targets = { https: httpsPort, http: httpPort, nginx: nginxPort, otherHttps: httpsPort, otherHttp: httpPort };
    for (const place of places) {
      const detour = new Detour({ host: '127.0.0.1', port: targets[place] });
      detours.set(place, detour);
      ports.set(place, await detour.listen());
    }
    await whole.startNginx();
    await start();
    await whole.apply(aGateway(), theUpstream());
    await untilSettled();
  });
  after(() => {
    for (const detour of detours.values()) detour.close();
  });

  const theUpstream = () => {
    const upstream = { nodes: [{ host: '127.0.0.1', port: ports.get('nginx') }] };
    const service = { name: 'mtls-nginx', upstream, routes: [{ name: 'hello', paths: ['/hello'] }] };
    return anUpstream({ port: nginxPort, spec: { service } });
  };
  const at = (place: Place): Endpoint[] => [{ host: '127.0.0.1', port: ports.get(place) ?? 0 }];
  const usual = { https: 'https', http: 'http' } as const;

  /** Half of the time in which a proof that was taken over is made again has to pass before it is. */
  const start = async (
    { https, http }: { readonly https: Place; readonly http: Place } = usual,
    proofInterval = hour,
  ) => {
    const { whole } = given;
    const config = {
      ...whole.config({ dataPlane: { https: at(https), http: at(http) } }),
      proofInterval,
      livenessInterval: hour,
    };
    await whole.startOperatorWith({ config, random: () => 0.5 });
  };

  const counts = (): Counts =>
    Object.fromEntries(places.map((place) => [place, detours.get(place)?.connections ?? 0])) as Record<Place, number>;
  const since = (before: Counts): Counts => {
    const after = counts();
    return Object.fromEntries(places.map((place) => [place, after[place] - before[place]])) as Record<Place, number>;
  };

  const statusOf = async (kind: KindName) => (await given.whole.ready(kind, names[kind])).status;
  const untilSettled = () =>
    eventually(async () => {
      for (const kind of kindNames) {
        const { conditions = [], gateway } = (await statusOf(kind)) ?? {};
        assert.ok(!conditions.some(({ type }) => type === 'Reconciling'), JSON.stringify(conditions));
        assert.equal(gateway?.dataPlane?.length, 1);
      }
    });

  /** From here to a new life of the operator in which both resources have been looked at. */
  const restart = async (begin: () => Promise<void> = start, meanwhile: () => Promise<unknown> = async () => {}) => {
    const { whole } = given;
    await untilSettled();
    await whole.stopOperator();
    await meanwhile();
    await whole.forget();
    const [before, lines] = [counts(), whole.logs.length];
    await begin();
    const reconciled = (name: string) =>
      whole.logs.slice(lines).some((line) => line.includes('"reconciled"') && line.includes(`/${name}"`));
    await eventually(() => assert.deepEqual(Object.values(names).filter(reconciled), Object.values(names)));
    return before;
  };
  const assertNothingWritten = async () => {
    assert.deepEqual(given.whole.kubeWrites(), []);
    assert.deepEqual(await given.whole.gatewayWrites(), []);
  };
  const none: Counts = { https: 0, http: 0, nginx: 0, otherHttps: 0, otherHttp: 0 };

  it('finds in the statuses where they were proven', async () => {
    const told = async (kind: KindName) => (await statusOf(kind))?.gateway?.dataPlane;
    assert.deepEqual(await told('mgw'), [`127.0.0.1:${ports.get('https')}`]);
    assert.deepEqual(await told('mup'), [`127.0.0.1:${ports.get('http')}`]);
  });

  it('probes nothing and writes nothing where nothing differs, and what was said stands', async () => {
    const statuses = await Promise.all(kindNames.map(statusOf));
    const before = await restart();
    const begin = performance.now();
    await eventually(() => assert.ok(performance.now() - begin > quiet.total('milliseconds')));
    // One look at each address, whether it still answers.
    assert.deepEqual(since(before), { ...none, https: 1, http: 1 });
    await assertNothingWritten();
    assert.deepEqual(await Promise.all(kindNames.map(statusOf)), statuses);
  });

  it('leaves a second look to prove again', async () => {
    const { whole } = given;
    const before = counts();
    for (const kind of kindNames) await whole.assertSilent(kind, names[kind]);
    const { https, http, nginx } = since(before);
    assert.ok(https > 0 && http > 0 && nginx > 0, JSON.stringify({ https, http, nginx }));
  });

  it('proves again within the proof interval where that is shorter than ten minutes', async () => {
    const before = await restart(() => start(usual, Temporal.Duration.from({ seconds: 2 })));
    await eventually(() => {
      const { https, http, nginx } = since(before);
      assert.ok(https > 0 && http > 0 && nginx > 0, JSON.stringify({ https, http, nginx }));
    });
    await assertNothingWritten();
  });

  it('proves at once at other addresses of the data plane, and tells them', async () => {
    const before = await restart(() => start({ https: 'otherHttps', http: 'otherHttp' }));
    const { otherHttps, otherHttp, nginx } = since(before);
    assert.ok(otherHttps > 0 && otherHttp > 0 && nginx > 0, JSON.stringify({ otherHttps, otherHttp, nginx }));
    assert.deepEqual(given.whole.kubeWrites().toSorted(), ['patch mtlsgateways/status', 'patch mtlsupstreams/status']);
    assert.deepEqual((await statusOf('mgw'))?.gateway?.dataPlane, [`127.0.0.1:${ports.get('otherHttps')}`]);
    assert.deepEqual((await statusOf('mup'))?.gateway?.dataPlane, [`127.0.0.1:${ports.get('otherHttp')}`]);
    await restart();
  });

  const removeAtGateway = async (kind: string) => {
    const { whole } = given;
    const object = (await whole.gatewayObjects()).find((name) => name.startsWith(kind));
    const searchParams = { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    await whole.standIn.admin.delete(`apisix/admin/${object}`, { searchParams });
  };
  const patch = (object: readonly string[], change: object) =>
    given.whole.here(['patch', ...object, '--type=merge', '-p', JSON.stringify(change)]);

  for (const { what, meanwhile, proves } of [
    { what: 'an SNI was removed', meanwhile: () => removeAtGateway('snis'), proves: ['https'] },
    { what: 'a route was removed', meanwhile: () => removeAtGateway('routes'), proves: ['http', 'nginx'] },
    {
      what: 'a Secret was edited',
      meanwhile: () => patch(['secret', 'test-com-curl'], { data: { 'ca.crt': 'eA==' } }),
      proves: ['https'],
    },
    {
      what: 'the configuration of NGINX was edited',
      meanwhile: () => patch(['configmap', 'mtls-nginx-nginx'], { data: { 'mtls.conf': 'server { listen 1; }' } }),
      proves: ['http', 'nginx'],
    },
    {
      what: 'a finalizer was taken off',
      meanwhile: () => patch(['mgw', 'test-com'], { metadata: { finalizers: [] } }),
      proves: ['https'],
    },
    {
      what: 'a condition was edited',
      meanwhile: () => patch(['mgw', 'test-com', '--subresource=status'], { status: { hosts: 'none' } }),
      proves: ['https'],
    },
    {
      what: 'a spec was edited',
      meanwhile: () => patch(['mgw', 'test-com'], { spec: { verification: { path: '/other' } } }),
      proves: ['https'],
    },
  ] as const) {
    it(`proves at once the one resource of which, while the operator was down, ${what}`, async () => {
      const before = await restart(start, meanwhile);
      const expected: readonly Place[] = proves;
      // A look at NGINX that has yet to reload ends in another one, so only whether there was one is told.
      const assertProbed = () => {
        const probed = since(before);
        assert.deepEqual(
          // The first look, whether an address still answers, is no proof.
          places.filter((place) => probed[place] > (place === 'https' || place === 'http' ? 1 : 0)),
          places.filter((place) => expected.includes(place)),
        );
      };
      // What differs at the gateway is found by the look that follows the start.
      await eventually(assertProbed);
      await untilSettled();
      assertProbed();
    });
  }
});
