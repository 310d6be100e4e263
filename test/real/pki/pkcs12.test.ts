import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeystoreContent, toPkcs12 } from '../../../src/pki/pkcs12.ts';
import { aKeyPair } from '../../pki/given.ts';
import { ca, leaf, type Made, Openssl } from '../../pki/path/given.ts';

const password = 'change "it" $HOME';

describe('a PKCS#12 keystore, opened by openssl', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());

  const root = openssl.root();
  const int = openssl.issue(root, { subject: '/CN=Intermediate', extensions: ca });

  const open = (given: string, ...options: readonly string[]) =>
    openssl.run(['pkcs12', '-in', 'keystore.p12', '-passin', `pass:${given}`, ...options]);
  const save = async (content: Omit<KeystoreContent, 'password' | 'alias'>) => {
    const file = await toPkcs12({ ...content, password, alias: 'shop/client' });
    writeFileSync(join(openssl.directory, 'keystore.p12'), file);
  };
  const certificatesIn = (text: string) =>
    Array.from(text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g), ([pem]) => pem);

  for (const algorithm of ['ECDSA-P256', 'ECDSA-P384', 'ECDSA-P521', 'Ed25519', 'RSA-2048'] as const) {
    it(`has the key of ${algorithm} as it was, and the certificate that belongs to it`, async function () {
      this.timeout(30_000);
      const { keyPem, pem } = await aLeafOf(algorithm);
      await save({ chainPem: pem, keyPem, trustPem: '' });
      assert.ok(open(password, '-nodes', '-nocerts').includes(keyPem));
      const [only, ...others] = certificatesIn(open(password, '-nokeys'));
      assert.deepEqual([only, others], [pem, []]);
    });
  }

  it('has the certificate of the key first, then its issuers, each once', async () => {
    const server = openssl.issue(int);
    await save({ chainPem: server.pem + int.pem, keyPem: server.keyPem, trustPem: int.pem + root.pem });
    assert.deepEqual(certificatesIn(open(password, '-nokeys')), [server.pem, int.pem, root.pem]);
    assert.deepEqual(certificatesIn(open(password, '-nokeys', '-clcerts')), [server.pem]);
    assert.deepEqual(certificatesIn(open(password, '-nokeys', '-cacerts')), [int.pem, root.pem]);
  });

  it('lists its entry by the alias', async () => {
    const server = openssl.issue(int);
    await save({ chainPem: server.pem, keyPem: server.keyPem, trustPem: '' });
    assert.match(open(password, '-nodes'), /friendlyName: shop\/client/);
  });

  it('shows no name without its password', async () => {
    const server = openssl.issue(int);
    await save({ chainPem: server.pem, keyPem: server.keyPem, trustPem: '' });
    assert.doesNotMatch(openssl.run('asn1parse -inform DER -in keystore.p12'), /test\.com|Intermediate/);
  });

  for (const { name, given } of [
    { name: 'another password', given: 'changeit' },
    { name: 'none', given: '' },
    { name: 'one that is longer', given: `${password} ` },
  ]) {
    it(`is refused with ${name}`, async () => {
      const server = openssl.issue(int);
      await save({ chainPem: server.pem, keyPem: server.keyPem, trustPem: '' });
      assert.throws(() => open(given, '-nokeys'), /Mac verify error: invalid password/);
    });
  }

  async function aLeafOf(algorithm: Parameters<typeof aKeyPair>[0]): Promise<Pick<Made, 'pem' | 'keyPem'>> {
    const { privateKeyPem: keyPem } = await aKeyPair(algorithm);
    openssl.write('own.key', keyPem);
    openssl.write('own.ext', leaf.join('\n'));
    openssl.write('root.pem', root.pem + root.keyPem);
    openssl.run('req -new -key own.key -subj /CN=test.com -out own.csr');
    const pem = openssl.run('x509 -req -in own.csr -CA root.pem -extfile own.ext -days 30 -set_serial 77');
    return { pem, keyPem };
  }
});
