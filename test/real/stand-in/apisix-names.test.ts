import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Authority, createAuthority, type Pair } from './authority.ts';
import { eventuallyEqual } from './eventually-equal.ts';
import { type Visit, visit } from './gateway-client.ts';
import { type StandIn, startStandIn } from './stand-in-process.ts';

/** APISIX 3.18 measured: objects that API7 Enterprise does not have. */
describe('the stand-in as APISIX towards clients', () => {
  const backend = createServer((_request, response) => response.end('hello'));
  let standIn: StandIn;
  let ca: Authority;
  let server: Pair;
  let right: Pair;
  let foreign: Pair;

  const look = async (serverName: string, more: Partial<Visit> = {}) =>
    (await visit({ port: standIn.ready.httpsPort, ca: ca.certificate, serverName, ...more })).what;
  const put = (id: string, more: object) => standIn.put('ssls', id, { ...server, ...more });

  before(async () => {
    standIn = await startStandIn('apisix-3.18');
    await once(backend.listen(0, '127.0.0.1'), 'listening');
    ca = await createAuthority(standIn.directory, 'first');
    const other = await createAuthority(standIn.directory, 'second');
    server = await ca.issue({ commonName: 'test.com', usage: 'serverAuth', dnsNames: ['test.com'] });
    right = await ca.issue({ commonName: 'CLIENT', usage: 'clientAuth' });
    foreign = await other.issue({ commonName: 'CLIENT', usage: 'clientAuth' });
    const client = { ca: ca.certificate };
    await put('mtls', { snis: ['test.com'], client });
    await put('open', { snis: ['open.test.com', '*'] });
    await put('glued', { snis: ['*glued.com'] });
    await put('off', { snis: ['off.test.com'], status: 0 });
    await put('modern', { snis: ['modern.test.com'], ssl_protocols: ['TLSv1.3'] });
    await put('exempt', { snis: ['exempt.test.com'], client: { ...client, skip_mtls_uri_regex: ['/open.*', '('] } });
    await put('all-exempt', { snis: ['all.test.com'], client: { ...client, skip_mtls_uri_regex: [''] } });
    await put('direct', { snis: ['direct.test.com'], client: { ...client, depth: 0 } });
    await put('client', { type: 'client', snis: ['client.test.com'] });
    const nodes = { [`127.0.0.1:${(backend.address() as AddressInfo).port}`]: 1 };
    await standIn.put('routes', 'all', { uri: '/*', upstream: { nodes } });
    await eventuallyEqual(() => look('test.com', { client: right }), '200');
    await eventuallyEqual(() => look('direct.test.com', { client: right }), '200');
  });
  after(async () => {
    await standIn.stop();
    backend.close();
  });

  for (const { name, sni, wish = {}, want } of [
    { name: 'a name with mTLS and no certificate', sni: 'test.com', want: 'read 116' },
    { name: 'a name that is switched off', sni: 'off.test.com', want: 'hs 80' },
    { name: 'a name of a client certificate', sni: 'client.test.com', want: 'hs 80' },
    { name: 'one label where a star is served', sni: 'localhost', want: '200' },
    { name: 'two labels where a star is served', sni: 'foo.org', want: 'hs 80' },
    { name: 'a name right behind a star', sni: 'glued.com', want: '200' },
    { name: 'a name with more before it', sni: 'a-glued.com', want: '200' },
    { name: 'a label more before it', sni: 'a.glued.com', want: 'hs 80' },
    { name: 'TLS 1.2 where only 1.3 is served', sni: 'modern.test.com', wish: { version: 'TLSv1.2' }, want: 'hs 70' },
    { name: 'TLS 1.3 there', sni: 'modern.test.com', want: '200' },
    { name: 'an exempt path', sni: 'exempt.test.com', wish: { path: '/x/open' }, want: '200' },
    { name: 'an exempt path in other letters', sni: 'exempt.test.com', wish: { path: '/a/../%6fpen' }, want: '200' },
    { name: 'a path that only begins as one', sni: 'exempt.test.com', wish: { path: '/open/../a' }, want: '400' },
    { name: 'a query that looks like one', sni: 'exempt.test.com', wish: { path: '/a?x=/open' }, want: '400' },
    { name: 'every path where the regex is empty', sni: 'all.test.com', want: '200' },
  ] as const) {
    it(`answers ${name}: ${want}`, async () => assert.equal(await look(sni, wish), want));
  }

  for (const { name, client, want } of [
    { name: 'the right certificate', client: () => right, want: '200' },
    { name: 'one of another CA, with HTTP', client: () => foreign, want: '400' },
  ]) {
    it(`answers ${name} on a path that is not exempt: ${want}`, async () => {
      assert.equal(await look('exempt.test.com', { client: client() }), want);
    });
  }

  it('serves the first of two objects with one name, and the other when that is deleted', async () => {
    const client = { ca: ca.certificate };
    await put('z-first', { snis: ['twice.test.com'] });
    await put('a-second', { snis: ['twice.test.com'], client });
    await eventuallyEqual(() => look('twice.test.com'), '200');
    await put('z-first', { snis: ['twice.test.com'] });
    await put('a-second', { snis: ['twice.test.com', 'marker.test.com'], client });
    await eventuallyEqual(() => look('marker.test.com'), 'read 116');
    assert.equal(await look('twice.test.com'), '200');
    await standIn.call('DELETE', '/apisix/admin/ssls/z-first');
    await eventuallyEqual(() => look('twice.test.com'), 'read 116');
    await put('z-first', { snis: ['twice.test.com', 'marker-2.test.com'] });
    await eventuallyEqual(() => look('marker-2.test.com'), '200');
    assert.equal(await look('twice.test.com'), 'read 116');
  });

  it('forgets an object when its time is over', async () => {
    const body = { ...server, snis: ['brief.test.com'] };
    assert.equal((await standIn.call('PUT', '/apisix/admin/ssls/brief?ttl=1', body)).status, 201);
    await eventuallyEqual(() => look('brief.test.com'), '200');
    await eventuallyEqual(() => look('brief.test.com'), 'hs 80');
  });

  it('lets everybody in again when client is left out', async () => {
    await put('mtls', { snis: ['test.com'] });
    await eventuallyEqual(() => look('test.com'), '200');
  });
});
