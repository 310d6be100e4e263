import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { toSerial } from '../../../src/pki/crl/draft.ts';
import { readCrl } from '../../../src/pki/crl/read.ts';
import { signCrl } from '../../../src/pki/crl/sign.ts';
import { draftClientLeaf } from '../../../src/pki/issue/draft.ts';
import { issue } from '../../../src/pki/issue/issue.ts';
import { generateKeyPair } from '../../../src/pki/keys/key-pair.ts';
import { toRfc2253 } from '../../../src/pki/names/rfc2253.ts';
import { validityAt } from '../../../src/pki/x509/validity.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { startTraffic } from '../../harness/traffic.ts';
import { useWhole } from '../../harness/whole.ts';
import { aCrlDraft, requireLintedCrl } from '../../pki/crl/given.ts';
import { hours, requireFacts, requireLinted } from '../../pki/given.ts';
import { TestCa } from '../../probe/openssl.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

describe('certificates that an MtlsUpstream revokes', () => {
  const given = useWhole();
  let node: Child;
  let port: number;
  /** Two client certificates of the CA, made with its key: one is stolen, the other is of somebody who stays. */
  let [stolen, other]: readonly Held[] = [];

  before('start NGINX, and make an MtlsUpstream', async () => {
    const { whole } = given;
    port = await freePort();
    node = await whole.startNginx();
    await whole.apply(anUpstream({ port }));
    await whole.ready('mup', 'mtls-nginx');
    const ca = await whole.secret('mtls-nginx-ca');
    [stolen, other] = [await aClient(ca, 1), await aClient(ca, 2)];
  });

  const revoke = (...revoked: readonly object[]) => given.whole.apply(anUpstream({ port, spec: { revoked } }));
  const entry = ({ serialNumber, issuer }: Held) => ({ serialNumber, issuer, reason: 'keyCompromise' });
  const throughGateway = () =>
    httpProbe({ address: { host: '127.0.0.1', port: given.whole.standIn.httpPort }, path: '/hello', deadline });
  const visit = (client: ClientPair) =>
    tlsProbe({ address: { host: '127.0.0.1', port }, serverName: 'test.com', path: '/hello', client, deadline });
  const statusOf = async (client: ClientPair) => {
    const result = await visit(client);
    return result.kind === 'answered' ? result.status : result.kind;
  };
  const nginxReady = async () => {
    const { status } = await given.whole.get('mup', 'mtls-nginx');
    return status?.conditions?.find(({ type }) => type === 'NginxReady');
  };

  it('are rejected by NGINX while others pass and no request is lost, and pass again once they are not revoked', async () => {
    const { whole } = given;
    assert.ok(stolen && other);
    const theirs = stolen;
    assert.deepEqual([await statusOf(stolen), await statusOf(other)], [200, 200]);
    const traffic = startTraffic(throughGateway);
    try {
      await revoke(entry(stolen));
      await eventually(async () => assert.equal(await statusOf(theirs), 400));
      await whole.ready('mup', 'mtls-nginx');
      assert.equal(await statusOf(other), 200);
      assert.match((await nginxReady())?.message ?? '', /or with one that is on the list of revoked ones$/);
      const [server, ca] = [await whole.secret('mtls-nginx-server'), await whole.secret('mtls-nginx-ca')];
      assert.equal(server['ca.crl'], ca['ca.crl']);
      const crl = readCrl(server['ca.crl'] ?? '');
      assert.ok('entries' in crl && crl.entries.get(toSerial(stolen.serialNumber) ?? '')?.reason === 'keyCompromise');
      await whole.assertSilent('mup', 'mtls-nginx');
      await revoke();
      await eventually(async () => assert.equal(await statusOf(theirs), 200));
      await whole.ready('mup', 'mtls-nginx');
      for (const name of ['mtls-nginx-server', 'mtls-nginx-ca'])
        assert.equal((await whole.secret(name))['ca.crl'], undefined);
    } finally {
      await traffic.stop();
    }
    assert.ok(traffic.answered.length > 10);
    assert.deepEqual(traffic.failed, []);
  });

  it('are told as accepted until NGINX has loaded the list', async () => {
    const { whole } = given;
    assert.ok(stolen);
    process.kill(node.pid, 'SIGSTOP');
    try {
      await revoke(entry(stolen));
      await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxConfigNotLoaded');
      assert.equal(await statusOf(stolen), 200);
    } finally {
      process.kill(node.pid, 'SIGCONT');
    }
    await whole.ready('mup', 'mtls-nginx');
    assert.equal(await statusOf(stolen), 400);
  });

  it('are told as accepted where NGINX says that its configuration is the current one, and reads another list', async () => {
    const { whole } = given;
    assert.ok(stolen && other);
    const directory = join(whole.directory, 'nginx');
    const former = (await whole.secret('mtls-nginx-server'))['ca.crl'] ?? '';
    const ca = await whole.secret('mtls-nginx-ca');
    process.kill(node.pid, 'SIGSTOP');
    try {
      await revoke(entry(stolen), entry(other));
      await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxConfigNotLoaded');
      const { data } = await whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx');
      writeFileSync(join(directory, 'conf.d/mtls.conf'), data['mtls.conf'] ?? '');
      // Of the CA, and as if nobody were revoked.
      writeFileSync(join(directory, 'tls/ca.crl'), await emptyList(ca));
      process.kill(Number(readFileSync(join(directory, 'nginx.pid'), 'utf8')), 'SIGHUP');
      const { status } = await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxAcceptsRevoked');
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      assert.deepEqual([ready?.status, ready?.reason], ['False', 'NginxAcceptsRevoked']);
    } finally {
      process.kill(node.pid, 'SIGCONT');
    }
    await whole.ready('mup', 'mtls-nginx');
    assert.deepEqual([await statusOf(stolen), await statusOf(other)], [400, 400]);
    assert.notEqual((await whole.secret('mtls-nginx-server'))['ca.crl'], former);
  });

  it('are replaced where the gateway shows one, by one with another key', async () => {
    const { whole } = given;
    const before = await whole.secret('mtls-nginx-client');
    const former = heldIn(before);
    await revoke(entry(former));
    await eventually(async () => assert.equal(await statusOf(former), 400));
    await whole.ready('mup', 'mtls-nginx');
    const after = await whole.secret('mtls-nginx-client');
    assert.notEqual(after['tls.key'], before['tls.key']);
    assert.equal(await statusOf(heldIn(after)), 200);
    const { status } = await whole.get('mup', 'mtls-nginx');
    assert.equal(status?.certificates?.find(({ name }) => name === 'client')?.issuedBecause, 'Revoked');
  });

  it('stay rejected while another CA follows, and no request is lost', async () => {
    const { whole } = given;
    assert.ok(stolen);
    const theirs = stolen;
    await revoke(entry(stolen));
    await whole.ready('mup', 'mtls-nginx');
    await eventually(async () => assert.equal(await statusOf(theirs), 400));
    const before = (await whole.secret('mtls-nginx-ca'))['tls.crt'];
    const [traffic, theirTraffic] = [startTraffic(throughGateway), startTraffic(() => visit(theirs), isRejected)];
    try {
      await whole.here(['annotate', 'mup/mtls-nginx', 'mtls-operator.dev/rotate-ca=1']);
      await eventually(async () => {
        const ca = await whole.secret('mtls-nginx-ca');
        assert.notEqual(ca['tls.crt'], before);
        assert.deepEqual(Object.keys(ca).sort(), ['ca.crl', 'ca.crt', 'tls.crt', 'tls.key']);
      });
      await whole.ready('mup', 'mtls-nginx');
    } finally {
      await Promise.all([traffic.stop(), theirTraffic.stop()]);
    }
    assert.ok(traffic.answered.length > 10 && theirTraffic.answered.length > 10);
    assert.deepEqual([traffic.failed, theirTraffic.failed], [[], []]);
    const { status } = await whole.get('mup', 'mtls-nginx');
    const warning = status?.conditions?.find(({ type }) => type === 'MaterialWarning');
    assert.equal(warning?.reason, 'RevokedByAnotherCa', 'the entry is of a CA that nobody trusts any more');
  });

  it('change nothing where NGINX trusts another CA, and a person is told why', async () => {
    const { whole } = given;
    await whole.here(['create', 'configmap', 'partner', `--from-literal=ca.pem=${new TestCa('PARTNER').pem}`]);
    const theirs = await aClient(await whole.secret('mtls-nginx-ca'), 3);
    await revoke(entry(theirs));
    await eventually(async () => assert.equal(await statusOf(theirs), 400));
    await whole.ready('mup', 'mtls-nginx');
    const before = await whole.secret('mtls-nginx-server');
    const clientTrust = [{ configMapRef: { name: 'partner', key: 'ca.pem' } }];
    await whole.apply(anUpstream({ port, spec: { revoked: [entry(theirs)], clientTrust } }));
    await whole.until('mup', 'mtls-nginx', 'Stalled', 'True', 'RevocationImpossible');
    assert.deepEqual(await whole.secret('mtls-nginx-server'), before);
    assert.equal(await statusOf(theirs), 400, 'what NGINX has stays');
    await revoke();
    await whole.ready('mup', 'mtls-nginx');
  });
});

const isRejected = ({ kind, status }: { readonly kind: string; readonly status?: number }) =>
  kind === 'answered' && status === 400;

interface Held extends ClientPair {
  readonly serialNumber: string;
  /** As the spec wants it. */
  readonly issuer: string;
}

function heldIn(secret: Readonly<Record<string, string>>): Held {
  const [chainPem = '', keyPem = ''] = [secret['tls.crt'], secret['tls.key']];
  const { serialNumber, issuer } = requireFacts(chainPem);
  return { chainPem, keyPem, serialNumber, issuer: toRfc2253(issuer.der) };
}

/** A list of that CA with nothing on it. */
function emptyList(ca: Readonly<Record<string, string>>): Promise<string> {
  const thisUpdate = Temporal.Now.instant().round({ smallestUnit: 'second', roundingMode: 'floor' });
  const period = { thisUpdate, nextUpdate: thisUpdate.add({ hours: 24 }) };
  const draft = aCrlDraft({ facts: requireFacts(ca['tls.crt'] ?? '') }, period);
  return signCrl(requireLintedCrl(draft), ca['tls.key'] ?? '');
}

/** As whoever has the key of the CA could make one. */
async function aClient(ca: Readonly<Record<string, string>>, seed: number): Promise<Held> {
  const [caPem = '', caKey = ''] = [ca['tls.crt'], ca['tls.key']];
  const issuer = requireFacts(caPem);
  const { publicKeyDer, privateKeyPem } = await generateKeyPair('ECDSA-P256');
  const validity = validityAt(Temporal.Now.instant(), hours(24), issuer);
  const serialNumber = Uint8Array.from({ length: 16 }, () => 0x40 + seed);
  const draft = draftClientLeaf({ ...validity, serialNumber, publicKeyDer, issuer, commonName: `CLIENT ${seed}` });
  const { certificatePem } = await issue(requireLinted(draft), caKey);
  return heldIn({ 'tls.crt': certificatePem, 'tls.key': privateKeyPem });
}
