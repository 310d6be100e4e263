import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

describe('the certificates of an MtlsGateway', () => {
  const given = useWhole({ operator: false });

  before('start the operator 45 minutes ago', async () => {
    // Two thirds of an hour have passed when the clock is put right; real TLS stacks take the certificates before and after.
    given.whole.clockOffset = Temporal.Duration.from({ minutes: -45 });
    await given.whole.startOperator();
  });

  const x509 = async (secret: string) => new X509Certificate((await given.whole.secret(secret))['tls.crt'] ?? '');

  for (const keyAlgorithm of ['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-3072', 'RSA-4096']) {
    it(`pass at the gateway with keys of ${keyAlgorithm}`, async () => {
      const { whole } = given;
      const name = keyAlgorithm.toLowerCase();
      const spec = {
        ca: { generated: { commonName: 'ROOTCA', keyAlgorithm } },
        serverCertificate: { keyAlgorithm, duration: '1h' },
        clients: [{ name: 'curl', commonName: 'CLIENT', keyAlgorithm, duration: '1h' }],
      };
      await whole.apply(aGateway({ name, hosts: [`${name}.example`], spec }));
      await whole.until('mgw', name, 'Enforced', 'True', 'Proven');
      const { asymmetricKeyType, asymmetricKeyDetails } = (await x509(`${name}-server`)).publicKey;
      const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve;
      const wanted = { P256: 'prime256v1', P384: 'secp384r1' }[keyAlgorithm.split('-')[1] ?? ''];
      assert.deepEqual([asymmetricKeyType, String(size)], wanted ? ['ec', wanted] : ['rsa', keyAlgorithm.slice(4)]);
    });
  }

  it('are renewed when two thirds of their lifetime have passed: the leaves, not the CA, under the same ids', async () => {
    const { whole } = given;
    await whole.ready('mgw', 'ecdsa-p256');
    const serials = async () => {
      const secrets = ['ca', 'server', 'curl'].map((role) => x509(`ecdsa-p256-${role}`));
      return (await Promise.all(secrets)).map(({ serialNumber }) => serialNumber);
    };
    const before = await serials();
    const objects = await whole.gatewayObjects();
    await whole.stopOperator();
    await whole.forget();
    whole.clockOffset = Temporal.Duration.from({ seconds: 0 });
    await whole.startOperator();
    await eventually(async () => {
      const after = await serials();
      assert.deepEqual(
        after.map((serial, index) => serial === before[index]),
        [true, false, false],
      );
    });
    await eventually(async () => {
      const { status } = await whole.ready('mgw', 'ecdsa-p256');
      const said = status?.certificates?.find(({ name }) => name === 'server');
      assert.equal(said?.serialNumber, (await x509('ecdsa-p256-server')).serialNumber.toLowerCase());
    });
    const puts = (await whole.gatewayWrites()).filter((write) => objects.some((object) => write.endsWith(object)));
    assert.ok(
      puts.every((put) => put.startsWith('PUT certificates/')),
      puts.join(', '),
    );
    assert.deepEqual(await whole.gatewayObjects(), objects);
    await eventually(() => whole.assertSilent('mgw', 'ecdsa-p256'));
  });

  it('are issued anew when the spec asks for something else, each for its own reason', async () => {
    const { whole } = given;
    const spec = { clients: [{ name: 'curl', commonName: 'RENAMED', duration: '48h' }] };
    await whole.apply(aGateway({ name: 'ecdsa-p256', hosts: ['ecdsa-p256.example', 'two.example'], spec }));
    await whole.ready('mgw', 'ecdsa-p256');
    const [server, client] = [await x509('ecdsa-p256-server'), await x509('ecdsa-p256-curl')];
    assert.match(server.subjectAltName ?? '', /two\.example/);
    assert.equal(client.subject, 'CN=RENAMED');
    assert.equal(Date.parse(client.validTo) - Date.parse(client.validFrom), 48 * 3_600_000 - 1000);
    assert.match(whole.logs.join(''), /"because":"SpecDiffers"/);
  });

  for (const role of ['server', 'curl']) {
    it(`stay whole when an editor cuts the last line end of ${role} off`, async () => {
      const { whole } = given;
      const name = `ecdsa-p256-${role}`;
      const before = (await whole.secret(name))['tls.crt'] ?? '';
      const data = { 'tls.crt': Buffer.from(before.trimEnd()).toString('base64') };
      await whole.here(['patch', 'secret', name, '--type=merge', '-p', JSON.stringify({ data })]);
      await eventually(async () => assert.equal((await whole.secret(name))['tls.crt'], before));
    });
  }
});
