import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { guideB, guideBFiles } from '../../harness/guide-commands.ts';
import { aSecret, aTlsSecret } from '../../harness/material.ts';
import { useWhole } from '../../harness/whole.ts';
import { ca, leaf, Openssl } from '../../pki/path/given.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

describe('an MtlsUpstream with material of its own, as the commands of guide B make it', () => {
  const given = useWhole();
  const openssl = new Openssl();
  let port: number;
  after(() => openssl.remove());

  before('start NGINX and run the commands', async function () {
    this.timeout(60_000);
    const { whole } = given;
    for (const [name, text] of Object.entries(guideBFiles)) openssl.write(name, text);
    for (const command of guideB) openssl.run(command);
    port = await freePort();
    await whole.startNginx();
  });

  const file = (name: string) => ({ crt: openssl.read(`${name}.crt`), key: openssl.read(`${name}.key`) });
  const tls = (name: string) => aTlsSecret(name, file(name).crt, file(name).key);

  const throughGateway = () =>
    httpProbe({ address: { host: '127.0.0.1', port: given.whole.standIn.httpPort }, path: '/hello', deadline });
  const hello = { kind: 'answered', status: 200, body: 'Hello API7!' };

  /** The leaf that NGINX shows to the client of the guide. */
  const servedLeaf = async () => {
    const client = { chainPem: file('client').crt, keyPem: file('client').key };
    const address = { host: '127.0.0.1', port };
    const result = await tlsProbe({ address, serverName: 'test.com', path: '/hello', client, deadline });
    return result.kind === 'answered' ? [result.status, result.leaf.sha256Fingerprint] : result;
  };
  const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  const change = (path: string, value: object) =>
    given.whole.here([
      'patch',
      'mup',
      'mtls-nginx',
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'replace', path, value }]),
    ]);

  it('is adopted at both ends: NGINX mounts a copy with whom it lets in, and the gateway shows the guide’s client', async () => {
    const { whole } = given;
    await whole.apply(tls('ca'), tls('server'), tls('client'));
    const spec = {
      ca: { secretRef: { name: 'ca' } },
      serverCertificate: { secretRef: { name: 'server' } },
      clientCertificate: { secretRef: { name: 'client' } },
    };
    await whole.apply(anUpstream({ port, spec }));
    await whole.ready('mup', 'mtls-nginx');
    assert.deepEqual(await throughGateway(), hello);
    assert.deepEqual(await servedLeaf(), [200, fingerprint(file('server').crt)]);
    const { 'tls.crt': chain, 'ca.crt': trust } = await whole.secret('mtls-nginx-server');
    assert.deepEqual([chain, trust], [file('server').crt, file('ca').crt]);
  });

  it('warns of what strict verifiers refuse', async () => {
    const { status } = await given.whole.get('mup', 'mtls-nginx');
    const warning = status?.conditions?.find(({ type }) => type === 'MaterialWarning');
    assert.match(warning?.message ?? '', /spec\.ca\.secretRef, ca: The CA certificate CN=ROOTCA has no key usage/);
    assert.match(warning?.message ?? '', /passes as a server and as a client alike/);
  });

  it('writes nothing when it is reconciled once more', () => given.whole.assertSilent('mup', 'mtls-nginx'));

  it('shows a client certificate that repeats a serial number under an id of its own', async () => {
    const { whole } = given;
    const { serialNumber } = new X509Certificate(file('client').crt);
    openssl.run(
      `x509 -req -in client.csr -CA ca.crt -CAkey ca.key -set_serial 0x${serialNumber} -days 30 -extfile client.ext -out client.crt`,
    );
    await whole.apply(tls('client'));
    await eventually(async () => {
      const objects = await whole.gatewayObjects();
      const ids = objects.filter((object) => object.startsWith('certificates/'));
      assert.deepEqual(
        ids.map((id) => id.split('-client-')[1]),
        [fingerprint(file('client').crt).slice(0, 32)],
      );
    });
    await whole.ready('mup', 'mtls-nginx');
    assert.deepEqual(await throughGateway(), hello);
  });

  it('is replaced by ours with one field changed, the same Secret mounted: first NGINX', async () => {
    await change('/spec/serverCertificate', { dnsNames: ['test.com'] });
    await given.whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'Serving');
    const { 'tls.crt': pem = '' } = await given.whole.secret('mtls-nginx-server');
    assert.deepEqual(await servedLeaf(), [200, fingerprint(pem)]);
    assert.deepEqual(await throughGateway(), hello);
  });

  it('then the gateway', async () => {
    await change('/spec/clientCertificate', { commonName: 'client' });
    await given.whole.until('mup', 'mtls-nginx', 'Enforced', 'True', 'Proven');
    assert.deepEqual(await throughGateway(), hello);
    const { status } = await given.whole.get('mup', 'mtls-nginx');
    assert.deepEqual(
      status?.certificates?.map(({ name, external }) => [name, external === true]),
      [
        ['ca', true],
        ['server', false],
        ['client', false],
      ],
    );
  });

  it('stalls where NGINX’s certificate is of a CA that the gateway would not trust', async () => {
    const stranger = openssl.issue(openssl.root({ subject: '/CN=Stranger' }));
    await given.whole.apply(aTlsSecret('stranger', stranger.pem, stranger.keyPem));
    await change('/spec/serverCertificate', { secretRef: { name: 'stranger' } });
    await given.whole.until('mup', 'mtls-nginx', 'Stalled', 'True', 'ChainIncomplete');
    assert.deepEqual(await throughGateway(), hello);
  });

  it('goes through two intermediate CAs at both ends, where NGINX looks deeper for them', async () => {
    const { whole } = given;
    const chain = openssl.path([
      { subject: '/CN=Top' },
      { subject: '/CN=Middle', extensions: ca },
      { subject: '/CN=Low', extensions: ca },
    ]);
    const [top, middle, low] = chain;
    assert.ok(top && middle && low);
    const server = openssl.issue(low, { variant: 5, extensions: leaf });
    await whole.apply(
      aTlsSecret('low', low.pem + middle.pem, low.keyPem, top.pem),
      aTlsSecret('deep', server.pem + low.pem + middle.pem, server.keyPem),
    );
    await change('/spec/ca', { secretRef: { name: 'low' } });
    await change('/spec/serverCertificate', { secretRef: { name: 'deep' } });
    await whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'Serving');
    const { 'tls.crt': text = '' } = await whole.secret('mtls-nginx-client');
    assert.equal(text.split('-----BEGIN').length - 1, 3);
    const { data } = await whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx');
    assert.match(data['mtls.conf'] ?? '', /ssl_verify_depth 2;/);
  });

  it('takes trust from elsewhere for a certificate without a root of its own', async () => {
    const { whole } = given;
    const root = openssl.root({ subject: '/CN=Extra' });
    const server = openssl.issue(root, { variant: 6 });
    await whole.apply(aTlsSecret('extra', server.pem, server.keyPem), aSecret('extra-root', { 'root.pem': root.pem }));
    await whole.here([
      ...['patch', 'mup', 'mtls-nginx', '--type=merge', '-p'],
      JSON.stringify({ spec: { serverTrust: [{ secretRef: { name: 'extra-root', key: 'root.pem' } }] } }),
    ]);
    await change('/spec/serverCertificate', { secretRef: { name: 'extra' } });
    await whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'Serving');
    await whole.ready('mup', 'mtls-nginx');
    assert.deepEqual(await throughGateway(), hello);
    await whole.assertSilent('mup', 'mtls-nginx');
  });
});
