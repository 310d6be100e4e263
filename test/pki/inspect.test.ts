import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { generateKeyPair, readKeyPair } from '../../src/pki/keys/key-pair.ts';
import { readPemCertificates } from '../../src/pki/path/pem-blocks.ts';
import { inspectCertificate, isIssuedBy, matches } from '../../src/pki/x509/inspect.ts';
import { toCertificatePem } from '../../src/pki/x509/pem.ts';
import { damagedDer, damagedKey, damagedPem, survives, survivesAsKey } from './damage.ts';
import {
  aCa,
  aClientDraft,
  aKeyPair,
  aServerDraft,
  type GivenCa,
  issueFrom,
  requireFacts,
  requirePathCertificate,
} from './given.ts';

const unreadable = 'CertificateUnreadable';

describe('inspecting a certificate', () => {
  let ca: GivenCa;
  let other: GivenCa;
  let pem: string;

  before(async () => {
    ca = await aCa();
    other = await aCa();
    pem = await issueFrom(ca, aServerDraft(ca, await aKeyPair('ECDSA-P256'), ['test.com']));
  });

  it('agrees with node:crypto on serial number, fingerprint and period', () => {
    const facts = requireFacts(pem);
    const x509 = new X509Certificate(pem);
    assert.equal(facts.serialNumber, x509.serialNumber.toLowerCase());
    assert.equal(facts.serialNumber.length, 32);
    assert.equal(facts.sha256Fingerprint, x509.fingerprint256.replaceAll(':', '').toLowerCase());
    assert.equal(facts.notBefore.epochMilliseconds, x509.validFromDate.getTime());
    assert.equal(facts.notAfter.epochMilliseconds, x509.validToDate.getTime());
  });

  it('reads the leaf of a chain', () => {
    const chain = `text before\r\n${pem.replaceAll('\n', '\r\n')}${ca.certificatePem}`;
    assert.equal(requireFacts(chain).commonName, 'test.com');
  });

  it('does not take a later certificate for a leaf that is damaged', () => {
    assert.equal(reasonOf(`${pem.slice(0, 300)}\n${ca.certificatePem}`), unreadable);
    assert.equal(reasonOf(pem.replace('MI', '-!') + ca.certificatePem), unreadable);
  });

  it('escapes what separates the parts of a subject', async () => {
    const draft = aClientDraft(ca, await aKeyPair('ECDSA-P256'), 'a,b=c');
    assert.equal(requirePathCertificate(await issueFrom(ca, draft)).subject.text, 'CN=a\\,b\\=c');
  });

  it('knows whose signature a certificate bears, also among CAs of one name', () => {
    assert.ok(isIssuedBy(pem, ca.certificatePem));
    assert.deepEqual(other.facts.subject.der, ca.facts.subject.der);
    assert.ok(!isIssuedBy(pem, other.certificatePem));
    assert.ok(!isIssuedBy(ca.certificatePem, pem));
  });

  it('sees that a key was changed after it was read', async () => {
    const { privateKeyPem } = await aKeyPair('ECDSA-P256');
    assert.ok(matches(privateKeyPem, pem));
    assert.ok(!matches((await generateKeyPair('ECDSA-P256')).privateKeyPem, pem));
    assert.ok(!matches(privateKeyPem.slice(0, -40), pem));
    assert.ok(matches(privateKeyPem, pem));
  });

  it('knows whose key it is, also between kinds of keys', async () => {
    assert.ok(matches((await aKeyPair('ECDSA-P256')).privateKeyPem, pem));
    assert.ok(!matches(ca.key.privateKeyPem, pem));
    assert.ok(!matches((await aKeyPair('RSA-2048')).privateKeyPem, pem));
  });

  for (const { name, text } of [
    { name: 'nothing', text: '' },
    { name: 'a block without an end', text: '-----BEGIN CERTIFICATE-----\nAAAA' },
    { name: 'a block without content', text: '-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----' },
    { name: 'a block of another kind', text: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' },
    { name: 'DER that is no certificate', text: toCertificatePem(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00)) },
    { name: 'ten megabytes of beginnings', text: '-----BEGIN CERTIFICATE-----\n'.repeat(370_000) },
    { name: 'ten megabytes in one block', text: toCertificatePem(new Uint8Array(7_500_000)) },
    { name: 'ten megabytes of dashes', text: '-'.repeat(10_000_000) },
    { name: 'ten megabytes of line ends', text: `-----BEGIN CERTIFICATE-----${'\n'.repeat(10_000_000)}` },
  ]) {
    it(`has a finding for ${name}, at once`, () => {
      const begin = performance.now();
      assert.equal(reasonOf(text), unreadable);
      assert.ok(!isIssuedBy(text, ca.certificatePem) && !isIssuedBy(pem, text));
      assert.ok(!matches(ca.key.privateKeyPem, text) && !matches(text, pem));
      assert.ok('reason' in readKeyPair(text));
      readPemCertificates(text, 4);
      assert.ok(performance.now() - begin < 500);
    });
  }

  it('reads nothing from a text that is too large, whatever it begins with', () => {
    const text = pem + ' '.repeat(64 * 1024);
    assert.equal(reasonOf(text), unreadable);
    assert.ok(!isIssuedBy(text, ca.certificatePem));
  });

  it('has a finding for any octets, as text and as the content of a block', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        assert.equal(reasonOf(Buffer.from(octets).toString('latin1')), unreadable);
        assert.equal(reasonOf(toCertificatePem(octets)), unreadable);
      }),
    ));

  for (const { what, damaged, check } of [
    { what: 'PEM', damaged: damagedPem, check: survives },
    { what: 'DER', damaged: damagedDer, check: survives },
    { what: 'a private key', damaged: damagedKey, check: survivesAsKey },
  ]) {
    it(`survives ${what} that was damaged`, async () => {
      const intact = { pem, caPem: ca.certificatePem, key: await aKeyPair('ECDSA-P256') };
      fc.assert(
        fc.property(damaged(intact), (text) => check(text, intact)),
        { numRuns: 500 },
      );
    });
  }
});

function reasonOf(text: string): string | undefined {
  const facts = inspectCertificate(text);
  return 'reason' in facts ? facts.reason : undefined;
}
