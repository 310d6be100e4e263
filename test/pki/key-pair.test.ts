import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keyAlgorithms } from '../../src/pki/keys/algorithm.ts';
import { readKeyPair } from '../../src/pki/keys/key-pair.ts';
import { encodePublicKey } from '../../src/pki/keys/public-key.ts';
import { aKeyPair } from './given.ts';

describe('a key pair', () => {
  for (const algorithm of keyAlgorithms) {
    it(`of ${algorithm} is PKCS#8 and is read back the same`, async function () {
      this.timeout(30_000);
      const key = await aKeyPair(algorithm);
      assert.match(key.privateKeyPem, /^-----BEGIN PRIVATE KEY-----\n/);
      assert.deepEqual(readKeyPair(key.privateKeyPem), key);
    });
  }

  for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
    it(`on ${namedCurve} has the public key that OpenSSL would write, also where a coordinate begins with a zero`, () => {
      let key: KeyObject;
      do {
        key = generateKeyPairSync('ec', { namedCurve }).publicKey;
        assert.deepEqual(Buffer.from(encodePublicKey(key)), key.export({ type: 'spki', format: 'der' }));
      } while (Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')[0] !== 0);
    });
  }

  it('that was SEC 1 comes out as PKCS#8', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const read = readKeyPair(privateKey.export({ type: 'sec1', format: 'pem' }));
    assert.ok('privateKeyPem' in read);
    assert.equal(read.privateKeyPem, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  });

  const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
  for (const { name, pem, reason } of [
    { name: 'nothing', pem: '', reason: 'PrivateKeyUnreadable' },
    {
      name: 'no key',
      pem: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      reason: 'PrivateKeyUnreadable',
    },
    {
      name: 'a key in a megabyte of text',
      pem: aPlainKey() + '\n'.repeat(1024 * 1024),
      reason: 'PrivateKeyUnreadable',
    },
    {
      name: 'an encrypted key',
      pem: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(encrypted),
      reason: 'PrivateKeyUnreadable',
    },
    {
      name: 'an algorithm that is not ours',
      pem: generateKeyPairSync('ed448').privateKey.export({ type: 'pkcs8', format: 'pem' }),
      reason: 'KeyAlgorithmUnsupported',
    },
  ]) {
    it(`is not read from ${name}`, () => {
      const read = readKeyPair(String(pem));
      assert.equal('reason' in read ? read.reason : undefined, reason);
    });
  }
});

function aPlainKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
}
