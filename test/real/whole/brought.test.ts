import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { guideA } from '../../harness/guide-commands.ts';
import { aConfigMap, aSecret, aTlsSecret } from '../../harness/material.ts';
import { useWhole } from '../../harness/whole.ts';
import { ca, leaf, type Made, Openssl } from '../../pki/path/given.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

interface Pair {
  readonly pem: string;
  readonly keyPem: string;
}

describe('an MtlsGateway with material of its own', () => {
  const given = useWhole();
  const openssl = new Openssl();
  after(() => openssl.remove());

  const clientLeaf = leaf.map((line) => line.replace('serverAuth', 'clientAuth'));
  const file = (name: string): Pair => ({ pem: openssl.read(`${name}.crt`), keyPem: openssl.read(`${name}.key`) });

  /** What the gateway says to that client: `answered` and the leaf that it shows, or the alert. */
  const knock = async (host: string, client?: Pair) => {
    const address = { host: '127.0.0.1', port: given.whole.standIn.httpsPort };
    const pair = client && { chainPem: client.pem, keyPem: client.keyPem, sha256Fingerprint: '' };
    const result = await tlsProbe({ address, serverName: host, path: '/', ...(pair && { client: pair }), deadline });
    return result.kind === 'refused' ? `refused ${result.alert}` : result.kind;
  };
  const pairIn = async (secret: string): Promise<Pair> => {
    const { 'tls.crt': pem = '', 'tls.key': keyPem = '' } = await given.whole.secret(secret);
    return { pem, keyPem };
  };
  const serials = (...secrets: readonly string[]) =>
    Promise.all(secrets.map(async (name) => new X509Certificate((await pairIn(name)).pem).serialNumber));
  const conditions = async (name: string) => {
    const { status } = await given.whole.get('mgw', name);
    return new Map(status?.conditions?.map((condition) => [condition.type, condition]));
  };
  const blocks = (pem = '') => pem.split('-----BEGIN CERTIFICATE-----').length - 1;

  describe('as the commands of guide A make it', () => {
    before('run the commands', function () {
      this.timeout(60_000);
      for (const command of guideA) openssl.run(command);
    });

    it('is adopted: Ready, with a warning that names what strict clients refuse', async () => {
      const { whole } = given;
      const [root, server] = [file('ca'), file('server')];
      await whole.apply(aTlsSecret('rootca', root.pem, root.keyPem), aTlsSecret('public', server.pem, server.keyPem));
      const spec = { ca: { secretRef: { name: 'rootca' } }, serverCertificate: { secretRef: { name: 'public' } } };
      await whole.apply(aGateway({ name: 'guide-a', spec }));
      await whole.ready('mgw', 'guide-a');
      const warning = (await conditions('guide-a')).get('MaterialWarning');
      assert.equal(warning?.reason, 'SeveralFindings');
      for (const said of ['spec.ca.secretRef, rootca: ', 'X.509 version 1', 'no subject alternative name', '825 days'])
        assert.ok(warning?.message.includes(said), `${said} is missing in: ${warning?.message}`);
    });

    it("lets in the guide's own client and one that the operator issued below the guide's CA", async () => {
      assert.equal(await knock('test.com', file('client')), 'answered');
      assert.equal(await knock('test.com', await pairIn('guide-a-curl')), 'answered');
      assert.equal(await knock('test.com'), 'refused 116');
    });

    it('is told from what was issued in status', async () => {
      const { status } = await given.whole.get('mgw', 'guide-a');
      const said = status?.certificates?.map(({ name, secretName, external, renewalTime }) => [
        ...[name, secretName, external === true, renewalTime !== undefined],
      ]);
      assert.deepEqual(said, [
        ['ca', 'rootca', true, false],
        ['server', 'public', true, false],
        ['client/curl', 'guide-a-curl', false, true],
      ]);
    });

    it('is not written to, and one more reconcile writes nothing', async () => {
      await given.whole.assertSilent('mgw', 'guide-a');
      assert.deepEqual(await pairIn('public'), file('server'));
    });

    it("is replaced by ours with one field changed: the server, below the guide's CA", async () => {
      const { whole } = given;
      const patch = JSON.stringify([{ op: 'replace', path: '/spec/serverCertificate', value: {} }]);
      await whole.here(['patch', 'mgw', 'guide-a', '--type=json', '-p', patch]);
      await whole.ready('mgw', 'guide-a');
      assert.equal(await knock('test.com', file('client')), 'answered');
      const issued = new X509Certificate((await pairIn('guide-a-server')).pem);
      assert.ok(issued.verify(new X509Certificate(file('ca').pem).publicKey));
      assert.doesNotMatch((await conditions('guide-a')).get('MaterialWarning')?.message ?? '', /public/);
    });

    it('is replaced by ours with one field changed: the CA, whose clients are then refused', async () => {
      const { whole } = given;
      const patch = JSON.stringify([{ op: 'replace', path: '/spec/ca', value: { generated: {} } }]);
      await whole.here(['patch', 'mgw', 'guide-a', '--type=json', '-p', patch]);
      await whole.ready('mgw', 'guide-a');
      assert.equal((await conditions('guide-a')).has('MaterialWarning'), false);
      assert.equal(await knock('test.com', file('client')), 'refused 48');
      assert.equal(await knock('test.com', await pairIn('guide-a-curl')), 'answered');
      await whole.here(['delete', 'mgw', 'guide-a', '--wait=true']);
    });
  });

  describe('that is there late, or wrong', () => {
    it('waits for a Secret, and goes on as soon as it comes', async () => {
      const { whole } = given;
      const root = openssl.root();
      const spec = { ca: { secretRef: { name: 'late' } } };
      await whole.apply(aGateway({ name: 'late', hosts: ['late.test'], spec }));
      await whole.until('mgw', 'late', 'Reconciling', 'True', 'ReferenceMissing');
      await whole.apply(aTlsSecret('late', root.pem, root.keyPem));
      await whole.ready('mgw', 'late');
      assert.deepEqual(
        (await whole.get('mgw', 'late')).status?.certificates?.map(({ name, issuedBecause }) => [name, issuedBecause]),
        [
          ['ca', undefined],
          ['server', 'FirstIssue'],
          ['client/curl', 'FirstIssue'],
        ],
      );
    });

    it('issues every leaf anew when another CA is put into that Secret', async () => {
      const { whole } = given;
      const before = await serials('late-server', 'late-curl');
      const other = openssl.root({ subject: '/CN=Other' });
      await whole.apply(aTlsSecret('late', other.pem, other.keyPem));
      await eventually(async () => {
        const { status } = await whole.ready('mgw', 'late');
        const because = status?.certificates?.slice(1).map(({ issuedBecause }) => issuedBecause);
        assert.deepEqual(because, ['IssuerChanged', 'IssuerChanged']);
      });
      assert.ok((await serials('late-server', 'late-curl')).every((serial) => !before.includes(serial)));
    });

    const root = openssl.root();
    const server = openssl.issue(root);
    const cases: readonly { readonly reason: string; readonly pair: Pair; readonly says: string }[] = [
      { reason: 'KeyMismatch', pair: { ...server, keyPem: root.keyPem }, says: 'does not belong to the certificate' },
      {
        reason: 'ExtendedKeyUsageWrong',
        pair: openssl.issue(root, { extensions: clientLeaf }),
        says: 'is not for a TLS server',
      },
      {
        reason: 'HostNotCovered',
        pair: openssl.issue(root, { extensions: leaf.map((line) => line.replace('test.com', 'other.com')) }),
        says: 'does not cover the host test.com',
      },
      {
        reason: 'PrivateKeyAmongCertificates',
        pair: { pem: server.pem + server.keyPem, keyPem: server.keyPem },
        says: 'holds a private key',
      },
      { reason: 'CertificateMissing', pair: { pem: 'x', keyPem: server.keyPem }, says: 'has no PEM block' },
    ];
    for (const { reason, pair, says } of cases) {
      it(`stalls with ${reason}, and becomes Ready when the Secret is mended`, async () => {
        const { whole } = given;
        await whole.apply(aTlsSecret('wrong', pair.pem, pair.keyPem));
        await whole.apply(aGateway({ name: 'wrong', spec: { serverCertificate: { secretRef: { name: 'wrong' } } } }));
        const { status } = await whole.until('mgw', 'wrong', 'Stalled', 'True', reason);
        const message = status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
        assert.ok(message.startsWith('spec.serverCertificate.secretRef, wrong: '), message);
        assert.ok(message.includes(says), message);
        assert.ok(!JSON.stringify(status).includes(server.keyPem.split('\n')[1] ?? ''));
        await whole.apply(aTlsSecret('wrong', server.pem, server.keyPem));
        await whole.ready('mgw', 'wrong');
        assert.equal(await knock('test.com', await pairIn('wrong-curl')), 'answered');
      });
    }

    it('serves a certificate that was renewed from outside within moments, as cert-manager would renew it', async () => {
      const { whole } = given;
      const renewed = openssl.issue(root, { variant: 2 });
      await whole.apply(aTlsSecret('wrong', renewed.pem, renewed.keyPem));
      const fingerprint = new X509Certificate(renewed.pem).fingerprint256.replaceAll(':', '').toLowerCase();
      await eventually(async () => {
        const { status } = await whole.ready('mgw', 'wrong');
        const said = status?.certificates?.find(({ name }) => name === 'server')?.sha256Fingerprint;
        assert.equal(said, fingerprint);
      });
    });
  });

  describe('of a CA', () => {
    it('that is an intermediate has its chain behind each leaf, and the root alone in ca.crt', async () => {
      const { whole } = given;
      const root = openssl.root({ subject: '/CN=Top' });
      const below: Made = openssl.issue(root, { subject: '/CN=Below', extensions: ca });
      await whole.apply(aTlsSecret('below', below.pem, below.keyPem, root.pem));
      const spec = { ca: { secretRef: { name: 'below' } } };
      await whole.apply(aGateway({ name: 'chain', hosts: ['chain.test'], spec }));
      await whole.ready('mgw', 'chain');
      const { 'tls.crt': chain, 'ca.crt': trust } = await whole.secret('chain-curl');
      assert.deepEqual([blocks(chain), trust], [2, root.pem]);
      assert.equal(await knock('chain.test', await pairIn('chain-curl')), 'answered');
      await whole.assertSilent('mgw', 'chain');
    });

    it('that is there to trust alone issues nothing, and says so', async () => {
      const { whole } = given;
      const root = openssl.root({ subject: '/CN=Elsewhere' });
      const server = openssl.issue(root, {
        variant: 7,
        extensions: leaf.map((line) => line.replace('test.com', 'trust.test')),
      });
      await whole.apply(aSecret('trusted', { 'ca.crt': root.pem }));
      await whole.apply(aTlsSecret('trust-server', server.pem, server.keyPem));
      const spec = {
        ca: { secretRef: { name: 'trusted' } },
        serverCertificate: { secretRef: { name: 'trust-server' } },
      };
      await whole.apply(aGateway({ name: 'trust', hosts: ['trust.test'], spec }));
      const { status } = await whole.until('mgw', 'trust', 'Stalled', 'True', 'CaCannotIssue');
      assert.match(
        JSON.stringify(status?.conditions),
        /spec\.clients\[0\]: it cannot be issued, since the Secret trusted/,
      );
      await whole.apply(aGateway({ name: 'trust', hosts: ['trust.test'], spec: { ...spec, clients: [] } }));
      await whole.until('mgw', 'trust', 'Enforced', 'Unknown', 'RefusalsProven');
      await whole.ready('mgw', 'trust');
      const client = openssl.issue(root, { subject: '/CN=theirs', extensions: clientLeaf });
      assert.equal(await knock('trust.test', client), 'answered');
      assert.equal(await knock('trust.test'), 'refused 116');
    });

    it('of another resource is shared by its name, and moves both when it is made anew', async () => {
      const { whole } = given;
      await whole.apply(aGateway({ name: 'owner', hosts: ['owner.test'] }));
      const spec = { ca: { secretRef: { name: 'owner-ca' } } };
      await whole.apply(aGateway({ name: 'guest', hosts: ['guest.test'], spec }));
      await whole.ready('mgw', 'guest');
      assert.equal(await knock('owner.test', await pairIn('guest-curl')), 'answered');
      const before = await serials('guest-curl');
      await whole.here(['delete', 'secret', 'owner-ca']);
      await eventually(async () => assert.notDeepEqual(await serials('guest-curl'), before));
      await whole.ready('mgw', 'guest');
      assert.equal(await knock('owner.test', await pairIn('guest-curl')), 'answered');
    });
  });

  it('lets in clients of all roots of a ConfigMap and a Secret, and refuses those of a root that was taken out', async () => {
    const { whole } = given;
    const roots = ['one', 'two', 'three'].map((name) => openssl.root({ subject: `/CN=${name}` }));
    const clients = roots.map((root) => openssl.issue(root, { subject: '/CN=partner', extensions: clientLeaf }));
    const [one, two, three] = roots;
    assert.ok(one && two && three);
    await whole.apply(
      aConfigMap('partners', { 'ca.crt': one.pem + two.pem }),
      aSecret('third', { 'ca.crt': three.pem }),
    );
    const clientTrust = [{ configMapRef: { name: 'partners' } }, { secretRef: { name: 'third' } }];
    await whole.apply(aGateway({ name: 'partners', hosts: ['partners.test'], spec: { clientTrust } }));
    await whole.ready('mgw', 'partners');
    const answers = () => Promise.all(clients.map((client) => knock('partners.test', client)));
    assert.deepEqual(await answers(), ['answered', 'answered', 'answered']);
    assert.equal(blocks((await whole.secret('partners-server'))['ca.crt']), 4);
    await whole.assertSilent('mgw', 'partners');
    await whole.apply(aConfigMap('partners', { 'ca.crt': two.pem }));
    await eventually(async () => assert.deepEqual(await answers(), ['refused 48', 'answered', 'answered']));
    await whole.ready('mgw', 'partners');
  });

  describe('or none', () => {
    const leaves = ['renew-server', 'renew-curl'] as const;
    const renew = (value: string) =>
      given.whole.here(['annotate', 'mgw', 'renew', `mtls-operator.dev/renew=${value}`, '--overwrite']);

    it('issues its leaves anew for each new value of the annotation, once, and never its CA', async () => {
      const { whole } = given;
      const spec = {
        serverCertificate: { keyRotation: 'Never' },
        clients: [{ name: 'curl', commonName: 'C', keystore: { pkcs12: { passwordSecretRef: { name: 'password' } } } }],
      };
      await whole.apply(aSecret('password', { password: 'changeit' }));
      await whole.apply(aGateway({ name: 'renew', hosts: ['renew.test'], spec }));
      await whole.ready('mgw', 'renew');
      const [caBefore, before, keys] = [await serials('renew-ca'), await serials(...leaves), await keysOf(leaves)];
      await renew('2026-11-25');
      await eventually(async () => {
        const after = await serials(...leaves);
        assert.ok(after.every((serial, index) => serial !== before[index]));
      });
      // An annotation makes no new generation: the status of before is as ready as the one that follows.
      await eventually(async () => {
        const { status } = await whole.ready('mgw', 'renew');
        assert.deepEqual(
          status?.certificates?.map(({ issuedBecause }) => issuedBecause),
          ['FirstIssue', 'RenewalAsked', 'RenewalAsked'],
        );
      });
      assert.deepEqual(await serials('renew-ca'), caBefore);
      const [serverKey, clientKey] = await keysOf(leaves);
      assert.equal(serverKey, keys[0], 'keyRotation Never keeps the key');
      assert.notEqual(clientKey, keys[1], 'by default the key is rotated');
      await whole.assertSilent('mgw', 'renew');
    });

    const keysOf = (names: readonly string[]) => Promise.all(names.map(async (name) => (await pairIn(name)).keyPem));

    it('has a keystore that openssl opens, which follows its password without a new certificate', async () => {
      const { whole } = given;
      const open = async (password: string) => {
        const { data } = await whole.get<{ data: Record<string, string> }>('secret', 'renew-curl');
        openssl.write('keystore.b64', data['keystore.p12'] ?? '');
        openssl.run('base64 -d -A -in keystore.b64 -out keystore.p12');
        return openssl.run(`pkcs12 -in keystore.p12 -nodes -passin pass:${password}`);
      };
      const text = await open('changeit');
      assert.match(text, /friendlyName: renew\/client\/curl/);
      assert.equal(blocks(text), 2);
      assert.match(text, /PRIVATE KEY/);
      const before = await serials('renew-curl');
      await whole.apply(aSecret('password', { password: 'otherone' }));
      await eventually(() => open('otherone'));
      assert.deepEqual(await serials('renew-curl'), before);
      await whole.assertSilent('mgw', 'renew');
    });
  });
});
