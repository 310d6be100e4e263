import assert from 'node:assert/strict';
import getPort from 'get-port';
import { createAuthority, type Pair } from './authority.ts';
import { eventuallyEqual } from './eventually-equal.ts';
import { startBackend } from './nginx-backend.ts';
import { type StandIn, startStandIn } from './stand-in-process.ts';

const right = {
  scheme: 'https',
  pass_host: 'rewrite',
  upstream_host: 'test.com',
  client_certificate: 'client',
  ca_certificates: ['server-ca'],
  tls_verify: true,
} as const;

const { client_certificate: _, ...withoutClient } = right;
const { tls_verify: __, ...unverified } = right;

/** What a client of the gateway gets; the upstream demands a client certificate, as in guide B. */
const upstreamCases = [
  { name: 'right', upstream: right, want: /^200 CN=client sni=test\.com host=test\.com uri=\/x\?y=%20z$/ },
  {
    name: 'without a client certificate',
    upstream: withoutClient,
    want: /^400 .*No required SSL certificate was sent/s,
  },
  {
    name: 'with a client certificate of another CA',
    upstream: { ...right, client_certificate: 'foreign' },
    want: /^400 .*SSL certificate error/s,
  },
  {
    name: 'with a key of another certificate',
    upstream: { ...right, client_certificate: 'mismatched' },
    want: /^400 .*No required SSL/s,
  },
  {
    name: 'whose certificate the CA does not cover',
    upstream: { ...right, ca_certificates: ['other-ca'] },
    want: /^502 /,
  },
  {
    name: 'whose certificate one of two CAs covers',
    upstream: { ...right, ca_certificates: ['other-ca', 'server-ca'] },
    want: /^200 /,
  },
  { name: 'to be verified without any CA', upstream: { ...right, ca_certificates: [] }, want: /^502 / },
  { name: 'whose certificate has another name', upstream: { ...right, upstream_host: 'wrong.test' }, want: /^502 / },
  {
    name: 'whose certificate nobody verifies',
    upstream: { ...unverified, ca_certificates: ['other-ca'] },
    want: /^200 /,
  },
  {
    name: 'that is called by the address of its node',
    upstream: { ...unverified, pass_host: 'node' },
    want: /^200 .* sni= host=127\.0\.0\.1 /,
  },
  {
    name: 'that gets the Host of the client',
    upstream: { ...unverified, pass_host: 'pass' },
    want: /^200 .* host=127\.0\.0\.1:\d+ /,
  },
] as const;

describe('the stand-in towards upstreams', () => {
  let standIn: StandIn;
  let stopBackend = async () => {};
  let tlsPort: number;
  let plainPort: number;
  let client: Pair;
  let foreign: Pair;

  async function get(path: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${standIn.ready.httpPort}${path}`);
    return `${answer.status} ${await answer.text()}`;
  }

  /** A service below the path prefix `/id`, with one route for all of it. */
  async function serve(id: string, upstream: Readonly<Record<string, unknown>>, more = {}) {
    await standIn.put('services', id, { name: id, type: 'http', path_prefix: `/${id}`, upstream, ...more });
    await standIn.put('routes', id, { name: id, service_id: id, paths: ['/*'] });
  }
  const tlsNodes = () => [{ host: '127.0.0.1', port: tlsPort, weight: 100 }];
  const plainNodes = () => [{ host: '127.0.0.1', port: plainPort, weight: 100 }];
  const routed = async (path: string) => !(await get(path)).startsWith('404 ');

  before(async () => {
    standIn = await startStandIn();
    const { directory } = standIn;
    [tlsPort, plainPort] = [await getPort(), await getPort()];
    const ca = await createAuthority(directory, 'ca');
    const other = await createAuthority(directory, 'other');
    const server = await ca.issue({ commonName: 'test.com', usage: 'serverAuth', dnsNames: ['test.com'] });
    stopBackend = await startBackend({ directory, tlsPort, plainPort, server, clientCa: ca.certificate });

    client = await ca.issue({ commonName: 'client', usage: 'clientAuth' });
    foreign = await other.issue({ commonName: 'client', usage: 'clientAuth' });
    await standIn.put('certificates', 'client', { name: 'client', ...client });
    await standIn.put('certificates', 'foreign', { name: 'foreign', ...foreign });
    await standIn.put('certificates', 'mismatched', { name: 'mismatched', cert: client.cert, key: foreign.key });
    await standIn.put('ca_certificates', 'server-ca', { name: 'server-ca', cert: ca.certificate });
    await standIn.put('ca_certificates', 'other-ca', { name: 'other-ca', cert: other.certificate });
    for (const [at, { upstream }] of upstreamCases.entries())
      await serve(`case-${at}`, { ...upstream, nodes: tlsNodes() });
    await serve('last', { nodes: plainNodes() });
    await eventuallyEqual(() => routed('/last/'), true);
  });
  after(async () => {
    await stopBackend();
    await standIn.stop();
  });

  for (const [at, { name, want }] of upstreamCases.entries()) {
    it(`answers for an upstream ${name}: ${want.source}`, async () => {
      assert.match(await get(`/case-${at}/x?y=%20z`), want);
    });
  }

  it('presents a client certificate that was replaced under the same id', async () => {
    await standIn.put('certificates', 'changing', { name: 'changing', ...foreign });
    await serve('changing', { ...right, client_certificate: 'changing', nodes: tlsNodes() });
    await eventuallyEqual(async () => (await get('/changing/')).slice(0, 3), '400');
    await standIn.put('certificates', 'changing', { name: 'changing', ...client });
    await eventuallyEqual(async () => (await get('/changing/')).slice(0, 3), '200');
  });

  it('keeps the path prefix where it is told to', async () => {
    await serve('kept', { nodes: plainNodes() }, { strip_path_prefix: false });
    await eventuallyEqual(async () => (await get('/kept/x')).replace(/host=\S+ /, ''), '200 plain uri=/kept/x');
  });

  it('answers 503 where no node can be found, and goes on with the other services', async () => {
    await serve('nowhere', { nodes: [{ host: 'nowhere.invalid', port: 80, weight: 1 }] });
    await eventuallyEqual(async () => (await get('/nowhere/')).slice(0, 3), '503');
    assert.equal((await get('/last/')).slice(0, 3), '200');
  });

  it('goes to a second node when the first does not answer', async () => {
    const silent = { host: '127.0.0.1', port: await getPort(), weight: 100 };
    await serve('spare', { nodes: [silent, ...plainNodes()] });
    await eventuallyEqual(() => routed('/spare/'), true);
    for (let request = 0; request < 4; request += 1) assert.equal((await get('/spare/')).slice(0, 3), '200');
  });

  it('answers 404 for a service that is deleted', async () => {
    await serve('gone', { nodes: plainNodes() });
    await eventuallyEqual(() => routed('/gone/'), true);
    await standIn.call('DELETE', groupUrl('services/gone'));
    await eventuallyEqual(() => get('/gone/'), '404 {"error_msg":"404 Route Not Found"}\n');
  });

  function groupUrl(path: string) {
    return `/apisix/admin/${path}?gateway_group_id=${standIn.ready.groups['default']}`;
  }
});
