import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import type { Status } from '../../../src/api/status.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { startTraffic } from '../../harness/traffic.ts';
import { useWhole } from '../../harness/whole.ts';
import { type Authority, createAuthority, type Pair } from '../stand-in/authority.ts';
import { type Visit, visit } from '../stand-in/gateway-client.ts';
import { keepConnection } from '../stand-in/kept-connection.ts';

const hosts = ['test.com'];
const partner = { subject: 'CN=partner', issuer: 'CN=Partner CA' };
const clients = (...names: readonly string[]) => ({ clients: { mtlsGatewayRef: { name: 'test-com' }, names } });
const service = {
  hosts,
  routes: [
    { name: 'hello', methods: ['GET', 'POST', 'HEAD'], paths: ['/hello'] },
    { name: 'api', paths: ['/api/*'] },
  ],
};
const answer = { status: 200, body: 'Hello API7!' };
const locations = [
  { path: '/hello', return: answer },
  { path: '/api/', return: answer },
];

for (const profile of ['ee-3.10', 'apisix-3.18'] as const satisfies readonly ProfileName[]) {
  describe(`authorization at ${profile}`, () => {
    const given = useWhole({ profile });
    /** As far as it is known of Apache APISIX, which does not verify NGINX. */
    const untilProven = () =>
      profile === 'ee-3.10'
        ? given.whole.until('mup', 'mtls-nginx', 'Enforced', 'True', 'Proven')
        : given.whole.until('mup', 'mtls-nginx', 'Enforced', 'Unknown', 'UpstreamNotVerified');
    let directory: string;
    let partnerCa: Authority;
    let port: number;
    let pairs: { readonly [name in 'curl' | 'other' | 'partner' | 'stranger']: Pair };

    const pairOf = async (name: string): Promise<Pair> => {
      const { 'tls.crt': cert = '', 'tls.key': key = '' } = await given.whole.secret(`test-com-${name}`);
      return { cert, key };
    };
    const wish = async (client: Pair | undefined, more: Partial<Visit> = {}): Promise<Visit> => {
      const { 'ca.crt': ca = '' } = await given.whole.secret('test-com-ca');
      return { port: given.whole.standIn.httpsPort, ca, serverName: 'test.com', path: '/hello', client, ...more };
    };
    const outcome = async (client: Pair | undefined, more?: Partial<Visit>) =>
      (await visit(await wish(client, more))).what;
    const becomes = (want: string, client: Pair, more?: Partial<Visit>) =>
      eventually(async () => assert.equal(await outcome(client, more), want));
    const plain = async () => {
      const address = { host: '127.0.0.1', port: given.whole.standIn.httpPort };
      const deadline = Temporal.Duration.from({ seconds: 5 });
      return await httpProbe({ address, path: '/hello', host: 'test.com', deadline });
    };
    const apply = async (authorization?: readonly object[]) => {
      const upstream = anUpstream({ port }) as { readonly spec: { readonly nginx: object; readonly service: object } };
      const { spec } = upstream;
      await given.whole.apply({
        ...upstream,
        spec: {
          ...spec,
          nginx: { ...spec.nginx, locations },
          service: { ...spec.service, ...service },
          ...(authorization && { authorization }),
        },
      });
    };
    const restrict = async (...authorization: readonly object[]) => {
      await apply(authorization);
      await given.whole.until('mup', 'mtls-nginx', 'Authorized', 'True', 'Restricted');
    };

    before('have clients of a CA of the operator, of a partner, and of a CA that nobody trusts', async () => {
      const { whole } = given;
      directory = await mkdtemp(join(tmpdir(), 'authorization-'));
      partnerCa = await createAuthority(directory, 'Partner CA');
      const data = { 'ca.crt': partnerCa.certificate };
      await whole.apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'partner' }, data },
        aGateway({
          spec: {
            clients: ['curl', 'other'].map((name) => ({ name, commonName: name, uris: [`spiffe://test.com/${name}`] })),
            clientTrust: [{ configMapRef: { name: 'partner' } }],
          },
        }),
      );
      port = await freePort();
      await whole.startNginx();
      await whole.ready('mgw', 'test-com');
      const stranger = await createAuthority(await mkdtemp(join(directory, 'x')), 'Partner CA');
      const leaf = { commonName: 'partner', usage: 'clientAuth' } as const;
      pairs = {
        curl: await pairOf('curl'),
        other: await pairOf('other'),
        partner: await partnerCa.issue(leaf),
        stranger: await stranger.issue(leaf),
      };
    });
    after(() => rm(directory, { recursive: true, force: true }));

    it('lets everybody through where there is none', async () => {
      await apply();
      await given.whole.ready('mup', 'mtls-nginx');
      for (const name of ['curl', 'other', 'partner'] as const) assert.equal(await outcome(pairs[name]), '200');
      assert.equal((await plain()).kind, 'answered');
    });

    it('allows whom an entry names, by client, URI or subject, and answers everybody else with 403', async () => {
      const rows = [
        { entry: clients('curl'), allowed: ['curl'] },
        {
          entry: { uris: { mtlsGatewayRef: { name: 'test-com' }, names: ['spiffe://test.com/other'] } },
          allowed: ['other'],
        },
        { entry: { subjects: [partner] }, allowed: ['partner'] },
      ];
      for (const { entry, allowed } of rows) {
        await restrict(entry);
        for (const name of ['curl', 'other', 'partner'] as const) {
          await becomes(allowed.includes(name) ? '200' : '403', pairs[name]);
        }
      }
    });

    it('refuses a certificate of the same names that a CA of somebody else has signed', async () => {
      assert.notEqual(await outcome(pairs.stranger), '200');
    });

    it('refuses the plain port, and is proven by that where nobody here has a key of the CA', async () => {
      const refused = await plain();
      assert.equal(refused.kind === 'answered' && refused.status, 403);
      assert.match(JSON.stringify(refused), /"body":"This request is not allowed for the client \([0-9a-f]{16}\)/);
      await given.whole.ready('mup', 'mtls-nginx');
      await given.whole.until('mup', 'mtls-nginx', 'Enforced', 'Unknown', 'RefusalsProven');
      await given.whole.assertSilent('mup', 'mtls-nginx');
    });

    it('is proven by a request that is allowed, where the CA of a client is here', async () => {
      await restrict(clients('curl'));
      const { status } = await untilProven();
      const enforced = status?.conditions?.find(({ type }) => type === 'Enforced');
      assert.match(enforced?.message ?? '', /those of an allowed client reach NGINX/);
      await given.whole.assertSilent('mup', 'mtls-nginx');
    });

    it('is not proven while the gateway does not reach NGINX for who is allowed, though it refuses everybody else', async () => {
      const { whole } = given;
      const searchParams = profile === 'apisix-3.18' ? {} : { gateway_group_id: whole.standIn.groups['default'] ?? '' };
      const rule = 'apisix/admin/global_rules/fault-injection';
      const abort = { http_status: 502, vars: [[['ssl_client_s_dn', '==', 'CN=curl']]] };
      await whole.standIn.admin.put(rule, { json: { plugins: { 'fault-injection': { abort } } }, searchParams });
      try {
        await apply([clients('curl', 'other')]);
        await whole.until('mup', 'mtls-nginx', 'Enforced', 'False', 'UpstreamUnreachable');
      } finally {
        await whole.standIn.admin.delete(rule, { searchParams });
      }
      await untilProven();
    });

    it('allows a client some methods and paths, and others the rest', async () => {
      await restrict(
        { ...clients('curl'), paths: ['/hello'], methods: ['GET'] },
        { ...clients('other'), paths: ['/api/a', '/api/b/*'] },
      );
      await becomes('200', pairs.curl);
      for (const [client, more, want] of [
        ['curl', { method: 'POST' }, '403'],
        ['curl', { path: '/api/a' }, '403'],
        ['other', { path: '/hello' }, '403'],
        ['other', { path: '/api/a' }, '200'],
        ['other', { path: '/api/b/c' }, '200'],
        ['other', { path: '/api/ab' }, '403'],
        ['other', { path: '/api/c/../a' }, '200'],
      ] as const) {
        assert.equal(await outcome(pairs[client], more), want, `${client} ${JSON.stringify(more)}`);
      }
    });

    it('holds on kept and resumed connections from the next request on', async () => {
      await restrict(clients('curl'));
      await becomes('200', pairs.curl);
      const kept = await keepConnection(await wish(pairs.curl));
      const { session } = await visit(await wish(pairs.curl));
      assert.equal(await kept.ask('/hello'), '200');
      await restrict(clients('other'));
      await becomes('403', pairs.curl);
      assert.equal(await kept.ask('/hello'), '403');
      kept.close();
      const resumed = await visit({ ...(await wish(pairs.curl)), session });
      assert.deepEqual([resumed.resumed, resumed.what], [true, '403']);
    });

    it('is turned on and off by one write for each route', async () => {
      const { whole } = given;
      await whole.ready('mup', 'mtls-nginx');
      await whole.forget();
      await apply();
      await whole.ready('mup', 'mtls-nginx');
      await becomes('200', pairs.curl);
      const writes = await whole.gatewayWrites();
      assert.deepEqual(
        writes.map((write) => write.split('/')[0]),
        ['PUT routes', 'PUT routes'],
      );
      await whole.forget();
      await restrict(clients('other'));
      await becomes('403', pairs.curl);
      assert.equal((await whole.gatewayWrites()).length, 2);
    });

    it('is restored where somebody takes it off a route, or switches it off', async () => {
      const { whole } = given;
      const { status } = await whole.ready('mup', 'mtls-nginx');
      const route = status?.gateway?.objects.find(({ kind }) => kind === 'routes');
      const searchParams = profile === 'apisix-3.18' ? {} : { gateway_group_id: whole.standIn.groups['default'] ?? '' };
      const url = `apisix/admin/routes/${route?.id}`;
      const found = await whole.standIn.admin(url, { searchParams }).json<{ value: Record<string, unknown> }>();
      const {
        plugins,
        id: _,
        create_time: __,
        update_time: ___,
        created_at: ____,
        updated_at: _____,
        ...body
      } = found.value;
      const off = {
        'fault-injection': { ...(plugins as Record<string, object>)['fault-injection'], _meta: { disable: true } },
      };
      for (const json of [body, { ...body, plugins: off }]) {
        await whole.standIn.admin.put(url, { json, searchParams });
        await eventually(async () => {
          const { value } = await whole.standIn.admin(url, { searchParams }).json<{ value: object }>();
          assert.deepEqual((value as { plugins?: unknown }).plugins, plugins);
        });
      }
      await becomes('403', pairs.curl);
    });

    it('allows nobody by a name that is not there, says so, and follows when it comes', async () => {
      await apply([clients('curl'), clients('late')]);
      await given.whole.until('mup', 'mtls-nginx', 'Authorized', 'False', 'ClientUnknown');
      await becomes('200', pairs.curl);
      assert.equal(await outcome(pairs.other), '403');
      const late = { name: 'late', commonName: 'late' };
      await given.whole.here([
        ...['patch', 'mgw', 'test-com', '--type=json', '-p'],
        JSON.stringify([{ op: 'add', path: '/spec/clients/-', value: late }]),
      ]);
      await given.whole.until('mup', 'mtls-nginx', 'Authorized', 'True', 'Restricted');
      await becomes('200', await eventually(() => pairOf('late')));
    });

    it('says so where the gateway does not take the plugin, and changes nothing', async () => {
      const { whole } = given;
      await restrict(clients('curl'));
      await becomes('200', pairs.curl);
      await whole.ready('mup', 'mtls-nginx');
      await whole.fault({ methods: ['PUT'], status: 400 });
      try {
        await apply([clients('other')]);
        await whole.until('mup', 'mtls-nginx', 'GatewaySynced', 'False', 'AuthorizationNotSupported');
        assert.deepEqual([await outcome(pairs.curl), await outcome(pairs.other)], ['200', '403']);
      } finally {
        await whole.fault({});
      }
      await whole.touch('mup', 'mtls-nginx');
      await becomes('200', pairs.other);
    });

    it('refuses no request of an allowed client while its certificate is renewed and the CA rotated', async () => {
      const { whole } = given;
      await restrict(clients('curl'));
      await whole.ready('mgw', 'test-com');
      await whole.ready('mup', 'mtls-nginx');
      const first = await pairOf('curl');
      const { 'ca.crt': ca = '' } = await whole.secret('test-com-ca');
      const asked = { port: whole.standIn.httpsPort, serverName: 'test.com', path: '/hello' };
      const get = async (client: Pair) => {
        const { what } = await visit({ ...asked, ca, client });
        return { kind: 'answered', status: Number(what), what };
      };
      let latest = first;
      /** As a client that loads whatever is there; in a moment without a Secret it goes on with what it has. */
      const load = async () => {
        const pair = await pairOf('curl').catch(() => latest);
        latest = pair.key === '' ? latest : pair;
        return latest;
      };
      const never = startTraffic(() => get(first));
      const always = startTraffic(async () => get(await load()));
      try {
        await whole.here(['delete', 'secret', 'test-com-curl']);
        await eventually(async () => assert.notEqual((await pairOf('curl')).cert, first.cert));
        await whole.here(['annotate', 'mgw/test-com', 'mtls-operator.dev/rotate-ca=1']);
        await eventually(async () => {
          const { status } = await whole.get<{ status?: Status }>('mgw', 'test-com');
          assert.equal(status?.rotation?.state, 'Drained');
        });
        const { status } = await whole.get<{ status?: Status }>('mup', 'mtls-nginx');
        assert.equal(status?.allowedIssuers?.length, 2);
        const soFar = always.answered.length;
        await eventually(() => assert.ok(always.answered.length > soFar + 3));
      } finally {
        await Promise.all([never.stop(), always.stop()]);
      }
      assert.deepEqual([...never.failed, ...always.failed], []);
      assert.ok(never.answered.length > 10 && always.answered.length > 10);
      assert.equal(await outcome(pairs.other), '403');
    });
  });
}
