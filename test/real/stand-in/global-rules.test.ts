import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type Authority, createAuthority, type Pair } from './authority.ts';
import { eventuallyEqual } from './eventually-equal.ts';
import { type Visit, visit, visitHttp2 } from './gateway-client.ts';
import { type KeptConnection, keepConnection } from './kept-connection.ts';
import { type StandIn, startStandIn } from './stand-in-process.ts';

const versions = ['TLSv1.3', 'TLSv1.2'] as const;
type Version = (typeof versions)[number];

/** Apache APISIX 3.18 measured: which requests a global rule with fault-injection answers. 404 is an answer of the routes. */
describe('global rules at the data plane of the stand-in', () => {
  let standIn: StandIn;
  let first: Authority;
  let second: Authority;
  let revoked: Pair;
  let other: Pair;
  const kept = new Map<Version, KeptConnection>();
  const sessions = new Map<Version, Buffer>();

  const wish = (more: Partial<Visit>): Visit => ({
    port: standIn.ready.httpsPort,
    ca: first.certificate,
    serverName: 'test.com',
    ...more,
  });
  const outcome = async (more: Partial<Visit>) => (await visit(wish(more))).what;
  const sha1 = ({ cert }: Pair) => new X509Certificate(cert).fingerprint.replaceAll(':', '').toLowerCase();
  const serial = ({ cert }: Pair) => new X509Certificate(cert).serialNumber;
  const deny = (...vars: readonly unknown[]) =>
    standIn.put('global_rules', 'one', {
      plugins: { 'fault-injection': { abort: { http_status: 403, body: 'revoked\n', vars } } },
    });

  before(async () => {
    standIn = await startStandIn('apisix-3.18');
    first = await createAuthority(standIn.directory, 'first');
    second = await createAuthority(standIn.directory, 'second');
    const server = await first.issue({ commonName: 'test.com', usage: 'serverAuth', dnsNames: ['test.com'] });
    const ssl = (snis: readonly string[], client?: object) => ({ ...server, snis, ...(client && { client }) });
    await standIn.put('ssls', 'mtls', ssl(['test.com'], { ca: `${first.certificate}${second.certificate}` }));
    const exempt = { ca: first.certificate, skip_mtls_uri_regex: ['^/open'] };
    await standIn.put('ssls', 'exempt', ssl(['exempt.test.com'], exempt));
    await standIn.put('ssls', 'open', ssl(['open.test.com']));
    revoked = await first.issue({ commonName: 'CLIENT', usage: 'clientAuth' });
    other = await first.issue({ commonName: 'CLIENT', usage: 'clientAuth' });
    await eventuallyEqual(() => outcome({ client: revoked }), '404');
    for (const version of versions) {
      const connection = await keepConnection(wish({ client: revoked, version }));
      assert.equal(await connection.ask(), '404');
      kept.set(version, connection);
      const { session } = await visit(wish({ client: revoked, version }));
      sessions.set(version, session ?? assert.fail('no session'));
    }
    await deny([['ssl_client_fingerprint', 'in', [sha1(revoked)]]]);
    await eventuallyEqual(() => outcome({ client: revoked }), '403');
  });
  after(async () => {
    for (const connection of kept.values()) connection.close();
    await standIn.stop();
  });

  for (const version of versions) {
    it(`refuse one certificate on a new, a kept and a resumed connection of ${version}`, async () => {
      assert.equal(await outcome({ client: revoked, version }), '403');
      assert.equal(await kept.get(version)?.ask(), '403');
      const resumed = await visit(wish({ client: revoked, version, session: sessions.get(version) }));
      assert.deepEqual([resumed.resumed, resumed.what], [true, '403']);
    });
  }

  it('refuse it over HTTP/2', async () => {
    assert.equal(await visitHttp2(wish({ client: revoked })), 'h2 403');
  });

  it('let another key of the same subject pass, and who shows none where none is asked for', async () => {
    assert.equal(await outcome({ client: other }), '404');
    assert.equal(await outcome({ serverName: 'open.test.com' }), '404');
    assert.equal(await outcome({ serverName: 'exempt.test.com', path: '/open' }), '404');
    const plain = await fetch(`http://127.0.0.1:${standIn.ready.httpPort}/`, { headers: { host: 'test.com' } });
    assert.equal(plain.status, 404);
  });

  const rows: readonly { readonly name: string; readonly vars: () => readonly unknown[]; readonly want: string }[] = [
    {
      name: 'a fingerprint in capitals',
      vars: () => [['ssl_client_fingerprint', 'in', [sha1(revoked).toUpperCase()]]],
      want: '404',
    },
    { name: 'the serial number in capitals', vars: () => [['ssl_client_serial', '==', serial(revoked)]], want: '403' },
    {
      name: 'the serial number in small letters',
      vars: () => [['ssl_client_serial', '==', serial(revoked).toLowerCase()]],
      want: '404',
    },
    { name: 'the issuer', vars: () => [['ssl_client_i_dn', '==', 'CN=first']], want: '403' },
    { name: 'another issuer', vars: () => [['ssl_client_i_dn', '==', 'CN=second']], want: '404' },
    { name: 'the subject', vars: () => [['ssl_client_s_dn', 'in', ['CN=CLIENT']]], want: '403' },
    { name: 'success of its verification', vars: () => [['ssl_client_verify', '==', 'SUCCESS']], want: '403' },
    { name: 'the SNI in another case', vars: () => [['ssl_server_name', '~*', '^TEST\\.com$']], want: '403' },
    { name: 'the SNI of another host', vars: () => [['ssl_server_name', '==', 'open.test.com']], want: '404' },
    {
      name: 'an OR of which one holds',
      vars: () => ['OR', [['ssl_client_i_dn', '==', 'x']], [['ssl_client_i_dn', '==', 'CN=first']]],
      want: '403',
    },
    {
      name: 'an AND of which one does not',
      vars: () => [
        ['ssl_client_i_dn', '==', 'CN=first'],
        ['ssl_client_serial', '==', 'X'],
      ],
      want: '404',
    },
    { name: 'a negated condition', vars: () => [['ssl_client_i_dn', '!', '==', 'CN=second']], want: '403' },
  ];
  for (const { name, vars, want } of rows) {
    it(`${want === '403' ? 'refuse' : 'let pass'} by ${name}`, async () => {
      await deny(vars());
      await eventuallyEqual(() => outcome({ client: revoked }), want);
    });
  }

  it('refuse nobody without a certificate by a list, and everybody by a negation that nothing guards', async () => {
    await deny([['ssl_client_i_dn', '~=', 'CN=first']]);
    await eventuallyEqual(() => outcome({ serverName: 'open.test.com' }), '403');
    await deny([['ssl_client_i_dn', 'in', ['CN=first']]]);
    await eventuallyEqual(() => outcome({ serverName: 'open.test.com' }), '404');
  });

  it('see a certificate of a CA that forged the names at an exempt path, and that it was not verified', async () => {
    const forged = await (await createAuthority(standIn.directory, 'forged')).issue({
      commonName: 'CLIENT',
      usage: 'clientAuth',
    });
    const byName = ['ssl_client_s_dn', '==', 'CN=CLIENT'];
    await deny([byName]);
    await eventuallyEqual(() => outcome({ serverName: 'exempt.test.com', path: '/open', client: forged }), '403');
    await deny([byName, ['ssl_client_verify', '==', 'SUCCESS']]);
    await eventuallyEqual(() => outcome({ serverName: 'exempt.test.com', path: '/open', client: forged }), '404');
  });

  it('refuse everybody where there are no conditions, and nobody once the rule is gone', async () => {
    await standIn.put('global_rules', 'one', { plugins: { 'fault-injection': { abort: { http_status: 503 } } } });
    await eventuallyEqual(() => outcome({ client: other }), '503');
    await standIn.call('DELETE', '/apisix/admin/global_rules/one');
    await eventuallyEqual(() => outcome({ client: revoked }), '404');
  });
});
