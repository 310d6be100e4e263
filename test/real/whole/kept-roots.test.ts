import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { Status } from '../../../src/api/status.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { aConfigMap, aTlsSecret } from '../../harness/material.ts';
import { startTraffic } from '../../harness/traffic.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';
import { leaf, type Made, Openssl } from '../../pki/path/given.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });
const clientLeaf = leaf.map((line) => line.replace('serverAuth', 'clientAuth'));
const bundle = (...roots: readonly Made[]) => aConfigMap('roots', { 'ca.crt': roots.map(({ pem }) => pem).join('') });
const keeping = [{ configMapRef: { name: 'roots' }, keepRemoved: true }];

const keptIn = async (whole: Whole, kind: string, name: string) =>
  (await whole.get<{ status?: Status }>(kind, name)).status?.keptRoots ?? [];
const untilKept = (whole: Whole, kind: string, name: string, lists: readonly string[]) =>
  eventually(async () => {
    assert.deepEqual((await keptIn(whole, kind, name)).map(({ list }) => list).toSorted(), lists);
    await whole.ready(kind, name);
  });

describe('a bundle of an MtlsGateway that loses a CA and keeps it', () => {
  const given = useWhole();
  const openssl = new Openssl();
  after(() => openssl.remove());
  const [old, young] = ['Old', 'Young'].map((name) => openssl.root({ subject: `/CN=${name}` })) as [Made, Made];
  const clients = {
    old: openssl.issue(old, { extensions: clientLeaf }),
    young: openssl.issue(young, { extensions: clientLeaf }),
  };
  const servers = { old: openssl.issue(old), young: openssl.issue(young) };
  const serve = ({ pem, keyPem }: Made) => given.whole.apply(aTlsSecret('public', pem, keyPem));

  /** Verifies the gateway by `ca.crt` of the client of the resource, as it is now. */
  const visit = async ({ pem, keyPem }: Made) => {
    const { 'ca.crt': trust = '' } = await given.whole.secret('test-com-curl');
    const address = { host: '127.0.0.1', port: given.whole.standIn.httpsPort };
    const client = { chainPem: pem, keyPem };
    return await tlsProbe({ address, serverName: 'test.com', path: '/', trust: [trust], client, deadline });
  };
  const under = async (work: () => Promise<void>) => {
    const traffic = Object.values(clients).map((client) =>
      startTraffic(
        () => visit(client),
        () => true,
      ),
    );
    try {
      await pause(300);
      await work();
      await pause(300);
    } finally {
      await Promise.all(traffic.map((one) => one.stop()));
    }
    assert.ok(traffic.every(({ answered }) => answered.length > 5));
    assert.deepEqual(
      traffic.flatMap(({ failed }) => failed),
      [],
    );
  };

  before(async () => {
    const { whole } = given;
    await whole.apply(bundle(old, young));
    await serve(servers.old);
    const spec = {
      serverCertificate: { secretRef: { name: 'public' } },
      clientTrust: keeping,
      serverTrust: keeping,
    };
    await whole.apply(aGateway({ spec }));
    await whole.ready('mgw', 'test-com');
  });

  it('rejects no request of its clients, nor has one of them reject the gateway', async () => {
    await under(async () => {
      await given.whole.apply(bundle(young));
      await untilKept(given.whole, 'mgw', 'test-com', ['clientTrust', 'serverTrust']);
    });
    await given.whole.until('mgw', 'test-com', 'MaterialWarning', 'True');
    const waits = new Map((await keptIn(given.whole, 'mgw', 'test-com')).map((one) => [one.list, one.waitsFor]));
    assert.match(waits.get('clientTrust') ?? '', /^its end, or the annotation/);
    assert.match(waits.get('serverTrust') ?? '', /^every data-plane address to show a certificate of another CA/);
  });

  it('is not written to while it waits, nor after a restart of the operator', async () => {
    await given.whole.assertSilent('mgw', 'test-com');
    await given.whole.stopOperator();
    await given.whole.startOperator();
    await untilKept(given.whole, 'mgw', 'test-com', ['clientTrust', 'serverTrust']);
    await given.whole.assertSilent('mgw', 'test-com');
  });

  it('has clients trust it no more once the gateway was seen to show a certificate of another one', async () => {
    await under(async () => {
      await serve(servers.young);
      await untilKept(given.whole, 'mgw', 'test-com', ['clientTrust']);
    });
    assert.ok(!((await given.whole.secret('test-com-curl'))['ca.crt'] ?? '').includes(old.pem));
  });

  it('rejects its clients once a person says that nobody needs it', async () => {
    const { whole } = given;
    const value = old.certificate.sha256Fingerprint;
    await whole.here(['annotate', 'mgw/test-com', `mtls-operator.dev/retire-root=${value}`]);
    await untilKept(whole, 'mgw', 'test-com', []);
    assert.equal((await visit(clients.old)).kind, 'refused');
    assert.equal((await visit(clients.young)).kind, 'answered');
    await whole.assertSilent('mgw', 'test-com');
  });

  it('is told in Events', () =>
    eventually(async () => {
      const told = (await given.whole.told('MtlsGateway', 'test-com')).join('\n');
      assert.match(told, /RootKept: CN=Old of spec\.clientTrust .* in no bundle any more/);
      assert.match(told, /RootRetired: CN=Old of spec\.serverTrust .* it was seen that nobody needs it/);
      assert.match(told, /RootRetired: CN=Old of spec\.clientTrust .* the annotation mtls-operator\.dev\/retire-root/);
    }));
});

describe('a bundle of an MtlsUpstream that loses a CA and keeps it', () => {
  const given = useWhole();
  const openssl = new Openssl();
  let port: number;
  after(() => openssl.remove());
  const [old, young] = ['Old', 'Young'].map((name) => openssl.root({ subject: `/CN=${name}` })) as [Made, Made];
  const client = (root: Made) => openssl.issue(root, { subject: '/CN=gateway', extensions: clientLeaf });

  const show = (name: string, { pem, keyPem }: Made) => given.whole.apply(aTlsSecret(name, pem, keyPem));
  const visit = () =>
    httpProbe({ address: { host: '127.0.0.1', port: given.whole.standIn.httpPort }, path: '/hello', deadline });
  const atNginx = async ({ pem, keyPem }: Made) => {
    const address = { host: '127.0.0.1', port };
    const pair = { chainPem: pem, keyPem };
    const result = await tlsProbe({ address, serverName: 'test.com', path: '/hello', client: pair, deadline });
    return result.kind === 'answered' ? result.status : result.kind;
  };

  before(async () => {
    const { whole } = given;
    port = await freePort();
    await whole.startNginx();
    await whole.apply(bundle(old, young));
    await show('nginx', openssl.issue(old));
    await show('gateway', client(old));
    const spec = {
      serverCertificate: { secretRef: { name: 'nginx' } },
      clientCertificate: { secretRef: { name: 'gateway' } },
      clientTrust: keeping,
      serverTrust: keeping,
    };
    await whole.apply(anUpstream({ port, spec }));
    await whole.ready('mup', 'mtls-nginx');
  });

  it('has no request fail: not when it is taken out, and not when both ends follow', async () => {
    const { whole } = given;
    const traffic = startTraffic(visit);
    try {
      await pause(300);
      await whole.apply(bundle(young));
      await untilKept(whole, 'mup', 'mtls-nginx', ['clientTrust', 'serverTrust']);
      assert.equal(await atNginx(client(old)), 200);
      await whole.assertSilent('mup', 'mtls-nginx');
      await show('nginx', openssl.issue(young));
      await untilKept(whole, 'mup', 'mtls-nginx', ['clientTrust']);
      await show('gateway', client(young));
      await untilKept(whole, 'mup', 'mtls-nginx', []);
      await pause(300);
    } finally {
      await traffic.stop();
    }
    assert.ok(traffic.answered.length > 10);
    assert.deepEqual(traffic.failed, []);
  });

  it('has NGINX reject clients of it then', async () => {
    await eventually(async () => assert.equal(await atNginx(client(old)), 400));
    assert.equal(await atNginx(client(young)), 200);
    await given.whole.assertSilent('mup', 'mtls-nginx');
  });
});
