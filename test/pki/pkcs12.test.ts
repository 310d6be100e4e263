import assert from 'node:assert/strict';
import { createSecureContext } from 'node:tls';
import { isKeystorePassword, type KeystoreContent, toPkcs12 } from '../../src/pki/pkcs12.ts';
import { aCa, aClientDraft, aKeyPair, issueFrom } from './given.ts';

const ca = await aCa();
const other = await aCa();
const key = await aKeyPair('ECDSA-P256');
const content: KeystoreContent = {
  chainPem: await issueFrom(ca, aClientDraft(ca, key, 'CLIENT')),
  keyPem: key.privateKeyPem,
  trustPem: ca.certificatePem,
  password: 'changeit',
  alias: 'shop/client',
};
const keystore = await toPkcs12(content);
const sibling = await issueFrom(ca, aClientDraft(ca, key, 'OTHER'));
const otherKey = await aKeyPair('ECDSA-P384');

/** Salts of PBKDF2 (RFC 8018 A.2), initialisation vectors of AES-256-CBC (B.2.5) and the salt of the MAC (RFC 7292 4). */
const randomValues = (file: Uint8Array): readonly string[] => {
  const hex = Buffer.from(file).toString('hex');
  const patterns = [
    /06092a864886f70d01050c30[0-9a-f]{2}04(?<length>[0-9a-f]{2})/g,
    /060960864801650304012a04(?<length>10)/g,
    /0609608648016503040201(?:0500)?0420[0-9a-f]{64}04(?<length>[0-9a-f]{2})/g,
  ];
  return patterns.flatMap((pattern) =>
    Array.from(hex.matchAll(pattern), ({ 0: { length }, index, groups }) => {
      const octets = Number.parseInt(groups?.['length'] ?? '', 16);
      return hex.slice(index + length, index + length + 2 * octets);
    }),
  );
};

const opens = (file: Uint8Array, passphrase: string) =>
  createSecureContext({ pfx: Buffer.from(file), passphrase }) !== undefined;

describe('a PKCS#12 keystore', () => {
  it('is the same for the same content, byte for byte', async () => {
    assert.ok(Buffer.from(await toPkcs12({ ...content })).equals(keystore));
  });

  it('has random values of its own for key, certificates and MAC', () => {
    const values = randomValues(keystore);
    assert.equal(values.length, 5);
    assert.equal(new Set(values).size, 5);
    assert.ok(values.every((value) => value.length >= 16));
  });

  for (const { name, change } of [
    { name: 'another password', change: { password: 'changeit2' } },
    { name: 'another alias', change: { alias: 'shop/other' } },
    { name: 'another trust bundle', change: { trustPem: other.certificatePem } },
    { name: 'another certificate of the same key', change: { chainPem: sibling } },
    { name: 'another key', change: { keyPem: otherKey.privateKeyPem } },
    { name: 'a certificate moved from the chain to the bundle', change: moved() },
  ]) {
    it(`shares no random value with one of ${name}`, async () => {
      const before = randomValues(keystore);
      const after = randomValues(await toPkcs12({ ...content, ...change }));
      assert.equal(after.length, before.length);
      assert.deepEqual(
        after.filter((value) => before.includes(value)),
        [],
      );
    });
  }

  it('is opened by node with its password, and not with another', () => {
    assert.ok(opens(keystore, 'changeit'));
    assert.throws(() => opens(keystore, 'changeit2'), /mac verify failure/);
  });

  it('is not made without a certificate', async () => {
    await assert.rejects(toPkcs12({ ...content, chainPem: '', trustPem: '' }), /without a certificate/);
  });
});

describe('the password of a keystore', () => {
  for (const { name, password, want } of [
    { name: 'six characters', password: 'abcdef', want: true },
    { name: 'every printable character of ASCII', password: printable(), want: true },
    { name: '1024 characters', password: 'a'.repeat(1024), want: true },
    { name: 'five characters', password: 'abcde', want: false },
    { name: 'none', password: '', want: false },
    { name: '1025 characters', password: 'a'.repeat(1025), want: false },
    { name: 'a line end, as echo writes it', password: 'changeit\n', want: false },
    { name: 'a letter beyond ASCII', password: 'pässword', want: false },
    { name: 'a control character', password: 'change\u0000it', want: false },
    { name: 'a DEL', password: 'change\u007fit', want: false },
  ]) {
    it(`may ${want ? '' : 'not '}be ${name}`, () => assert.equal(isKeystorePassword(password), want));
  }

  it('opens the file, whichever printable characters it is of', async () => {
    assert.ok(opens(await toPkcs12({ ...content, password: printable() }), printable()));
  });
});

function printable(): string {
  return Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).join('');
}

/** The same certificates in the file, but of another content. */
function moved(): Partial<KeystoreContent> {
  return { chainPem: content.chainPem + content.trustPem, trustPem: '' };
}
