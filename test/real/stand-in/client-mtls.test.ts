import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Authority, createAuthority, type Pair } from './authority.ts';
import { eventuallyEqual } from './eventually-equal.ts';
import { requestByOpenssl, type Visit, visit, visitHttp2 } from './gateway-client.ts';
import { type StandIn, startStandIn } from './stand-in-process.ts';

const versions = ['TLSv1.3', 'TLSv1.2'] as const;

/** APISIX 3.18 measured, client mTLS: TLS 1.3 refuses at the first read, TLS 1.2 in the handshake. */
const clientCases = [
  { client: 'right', 'TLSv1.3': '200', 'TLSv1.2': '200' },
  { client: 'none', 'TLSv1.3': 'read 116', 'TLSv1.2': 'hs 40' },
  { client: 'of another CA', 'TLSv1.3': 'read 48', 'TLSv1.2': 'hs 48' },
  { client: 'expired', 'TLSv1.3': 'read 45', 'TLSv1.2': 'hs 45' },
  { client: 'not yet valid', 'TLSv1.3': 'read 42', 'TLSv1.2': 'hs 42' },
  { client: 'for servers only', 'TLSv1.3': 'read 43', 'TLSv1.2': 'hs 43' },
] as const;

const nameCases = [
  { name: 'an exact name without mTLS', wish: { serverName: 'open.test.com' }, want: '200' },
  { name: 'a name that an mTLS wildcard covers', wish: { serverName: 'a.wild.test.com' }, want: 'read 116' },
  { name: 'an exact name below a wildcard', wish: { serverName: 'exact.wild.test.com' }, want: '200' },
  { name: 'two labels below a wildcard', wish: { serverName: 'a.b.wild.test.com' }, want: 'hs 80' },
  { name: 'an unknown name', wish: { serverName: 'unknown.test' }, want: 'hs 80' },
  { name: 'no name', wish: { serverName: '', host: 'test.com' }, want: 'hs 80' },
  {
    name: 'a connection without mTLS used for an mTLS host',
    wish: { serverName: 'open.test.com', host: 'test.com' },
    want: '400',
  },
  {
    name: 'the same, with another port and case',
    wish: { serverName: 'open.test.com', host: 'TEST.com:443' },
    want: '400',
  },
] as const;

const certifiedNameCases = [
  { name: 'an mTLS connection used for a host without mTLS', wish: { host: 'open.test.com' }, want: '200' },
  { name: 'an mTLS name in upper case', wish: { serverName: 'TEST.COM' }, want: '400' },
  {
    name: 'two hosts of one mTLS wildcard',
    wish: { serverName: 'a.wild.test.com', host: 'b.wild.test.com' },
    want: '400',
  },
] as const;

describe('the stand-in towards clients', () => {
  const backend = createServer((_request, response) => response.end('hello'));
  const clients = new Map<string, Pair>();
  let standIn: StandIn;
  let first: Authority;
  let second: Authority;

  const wish = (more: Partial<Visit>): Visit => ({
    port: standIn.ready.httpsPort,
    ca: first.certificate,
    serverName: 'test.com',
    ...more,
  });
  const outcome = async (more: Partial<Visit>) => (await visit(wish(more))).what;
  const outcomeOf = (client: string, version: (typeof versions)[number]) =>
    outcome({ client: clients.get(client), version });

  const trust = (...authorities: readonly Authority[]) =>
    standIn.put('ca_certificates', 'clients', {
      name: 'clients',
      cert: authorities.map((a) => a.certificate).join(''),
    });
  const sni = (domain: string, enabled: boolean) =>
    standIn.put('snis', domain.replace('*', 'any'), {
      name: domain,
      domain,
      certificates: ['server'],
      mtls: { enabled, ca_certificates: ['clients'] },
    });

  async function issueClients() {
    const client = { commonName: 'CLIENT', usage: 'clientAuth' } as const;
    clients.set('right', await first.issue(client));
    clients.set('of another CA', await second.issue(client));
    clients.set('expired', await first.issue({ ...client, until: '20210101000000Z' }));
    clients.set('not yet valid', await first.issue({ ...client, from: '20480101000000Z' }));
    clients.set('for servers only', await first.issue({ ...client, usage: 'serverAuth' }));
  }

  before(async () => {
    standIn = await startStandIn();
    await once(backend.listen(0, '127.0.0.1'), 'listening');
    first = await createAuthority(standIn.directory, 'first');
    second = await createAuthority(standIn.directory, 'second');
    await issueClients();
    const server = await first.issue({ commonName: 'test.com', usage: 'serverAuth', dnsNames: ['test.com'] });
    await standIn.put('certificates', 'server', { name: 'server', ...server });
    await trust(first);
    await sni('test.com', true);
    await sni('open.test.com', false);
    await sni('*.wild.test.com', true);
    await sni('exact.wild.test.com', false);
    const nodes = [{ host: '127.0.0.1', port: (backend.address() as AddressInfo).port, weight: 1 }];
    await standIn.put('services', 'hello', { name: 'hello', type: 'http', upstream: { nodes } });
    await standIn.put('routes', 'hello', { name: 'hello', service_id: 'hello', paths: ['/'], methods: ['GET'] });
    await eventuallyEqual(() => outcomeOf('right', 'TLSv1.3'), '200');
  });
  after(async () => {
    await standIn.stop();
    backend.close();
  });

  for (const version of versions) {
    for (const { client, [version]: want } of clientCases) {
      it(`answers ${version} with client certificate ${client}: ${want}`, async () => {
        assert.equal(await outcomeOf(client, version), want);
      });
    }
  }

  it('speaks HTTP/2 with a client that has the right certificate', async () => {
    assert.equal(await visitHttp2(wish({ client: clients.get('right') })), 'h2 200');
  });

  for (const { name, wish: more, want } of nameCases) {
    it(`answers ${name}, without a certificate: ${want}`, async () => assert.equal(await outcome(more), want));
  }

  for (const { name, wish: more, want } of certifiedNameCases) {
    it(`answers ${name}, with the right certificate: ${want}`, async () => {
      assert.equal(await outcome({ ...more, client: clients.get('right') }), want);
    });
  }

  it('does not guard the plain port', async () => {
    const answer = await fetch(`http://127.0.0.1:${standIn.ready.httpPort}/`, { headers: { host: 'test.com' } });
    assert.deepEqual(
      [answer.status, await answer.text(), answer.headers.get('server')],
      [200, 'hello', 'API7-STAND-IN'],
    );
  });

  describe('when the trusted CA changes by PUT on the same id', () => {
    afterEach(async () => {
      await trust(first);
      await eventuallyEqual(() => outcomeOf('of another CA', 'TLSv1.2'), 'hs 48');
    });

    it('accepts clients of both CAs of a bundle', async () => {
      await trust(first, second);
      await eventuallyEqual(() => outcomeOf('of another CA', 'TLSv1.3'), '200');
      assert.equal(await outcomeOf('right', 'TLSv1.3'), '200');
    });

    it('refuses clients of the CA that went away', async () => {
      await trust(second);
      await eventuallyEqual(() => outcomeOf('right', 'TLSv1.3'), 'read 48');
      assert.equal(await outcomeOf('of another CA', 'TLSv1.3'), '200');
    });

    for (const version of versions) {
      it(`still accepts a session that the old CA began, ${version}`, async () => {
        const client = clients.get('right');
        const { session } = await visit(wish({ client, version }));
        await trust(second);
        await eventuallyEqual(() => outcomeOf('right', version), version === 'TLSv1.3' ? 'read 48' : 'hs 48');
        const { what, resumed } = await visit(wish({ client, version, session }));
        assert.deepEqual({ what, resumed }, { what: '200', resumed: true });
      });
    }
  });

  for (const version of versions) {
    it(`refuses a session of a name without mTLS that is resumed for an mTLS name, ${version}`, async () => {
      const { httpsPort: port } = standIn.ready;
      const file = join(standIn.directory, `session-${version}`);
      await requestByOpenssl({ port, version, serverName: 'open.test.com', session: ['-sess_out', file] });
      const text = await requestByOpenssl({ port, version, serverName: 'test.com', session: ['-sess_in', file] });
      assert.match(text, /^Reused, /m);
      assert.match(text, /^HTTP\/1\.1 400 /m);
    });
  }

  it('forgets a name that is deleted', async () => {
    await sni('gone.test.com', false);
    await eventuallyEqual(() => outcome({ serverName: 'gone.test.com' }), '200');
    await standIn.call(
      'DELETE',
      `/apisix/admin/snis/gone.test.com?gateway_group_id=${standIn.ready.groups['default']}`,
    );
    await eventuallyEqual(() => outcome({ serverName: 'gone.test.com' }), 'hs 80');
  });

  it('ends the handshake with alert 80 where the pushed key is of another certificate', async () => {
    const { cert } = await first.issue({ commonName: 'broken.test.com', usage: 'serverAuth' });
    const { key } = await first.issue({ commonName: 'other', usage: 'serverAuth' });
    await standIn.put('certificates', 'broken', { name: 'broken', cert, key });
    await standIn.put('snis', 'broken', { name: 'broken', domain: 'open-2.test.com', certificates: ['server'] });
    await eventuallyEqual(() => outcome({ serverName: 'open-2.test.com' }), '200');
    await standIn.put('snis', 'broken', { name: 'broken', domain: 'open-2.test.com', certificates: ['broken'] });
    await eventuallyEqual(() => outcome({ serverName: 'open-2.test.com' }), 'hs 80');
  });
});
