import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { issue } from '../../src/pki/issue/issue.ts';
import { keyAlgorithms } from '../../src/pki/keys/algorithm.ts';
import type { KeyPair } from '../../src/pki/keys/key-pair.ts';
import { LintedDraft } from '../../src/pki/lint/linted-draft.ts';
import { comparableName } from '../../src/pki/names/general-name.ts';
import { isIssuedBy, matches } from '../../src/pki/x509/inspect.ts';
import { hostnames, otherNames, subjectFields } from './arbitrary-names.ts';
import {
  aCa,
  aClientDraft,
  aKeyPair,
  aServerDraft,
  dnsNamesOf,
  type GivenCa,
  issueFrom,
  requireFacts,
  requireLinted,
  requirePathCertificate,
} from './given.ts';

/** UTF-16 code units of every kind, also halves of surrogate pairs. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
/** As OpenSSL calls them. */
const shortNames: Readonly<Record<string, string>> = {
  ...{ countryName: 'C', stateOrProvinceName: 'ST', localityName: 'L', organizationName: 'O' },
  ...{ organizationalUnitName: 'OU', commonName: 'CN' },
};

describe('issuing', () => {
  let ca: GivenCa;
  let key: KeyPair;

  before(async function () {
    this.timeout(30_000);
    ca = await aCa();
    key = await aKeyPair('ECDSA-P256');
    await Promise.all(keyAlgorithms.map(aKeyPair));
  });

  it('writes the names that were asked for, and node:crypto finds each', () =>
    fc.assert(
      fc.asyncProperty(hostnames, async (names) => {
        const pem = await issueFrom(ca, aServerDraft(ca, key, names));
        const facts = requireFacts(pem);
        assert.deepEqual(dnsNamesOf(facts), names);
        const [first = ''] = names;
        assert.equal(facts.commonName, first.length <= 64 ? first : undefined);
        const leaf = new X509Certificate(pem);
        for (const name of names) assert.ok(leaf.checkHost(name.replace('*', 'any')), name);
      }),
      { numRuns: 100 },
    ));

  for (const { length, want } of [
    { length: 64, want: 'stands in the subject' },
    { length: 65, want: 'leaves the subject empty' },
  ]) {
    it(`writes a first name of ${length} characters, which ${want}`, async () => {
      const name = `${'a'.repeat(length - '.test.com'.length)}.test.com`;
      const facts = requireFacts(await issueFrom(ca, aServerDraft(ca, key, [name])));
      assert.equal(facts.commonName, length > 64 ? undefined : name);
      assert.deepEqual(dnsNamesOf(facts), [name]);
    });
  }

  it('either refuses a text as DNS name or writes it unchanged', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), anyText, fc.ipV4(), fc.ipV6()), async (text) => {
        const linted = LintedDraft.check(aServerDraft(ca, key, [text]));
        if (!(linted instanceof LintedDraft)) return;
        const { certificatePem } = await issue(linted, ca.key.privateKeyPem);
        assert.equal(new X509Certificate(certificatePem).subjectAltName, `DNS:${text}`);
      }),
      { numRuns: 300 },
    ));

  it('writes every subject and names of every type, and both are read back the same', () =>
    fc.assert(
      fc.asyncProperty(subjectFields, hostnames, otherNames, async (subject, dnsNames, subjectAltNames) => {
        const draft = aServerDraft(ca, key, dnsNames, { subject, subjectAltNames });
        const pem = await issueFrom(ca, draft);
        assert.deepEqual(
          requireFacts(pem).subjectAltNames.map(comparableName),
          draft.subjectAltNames.map(comparableName),
        );
        const { subject: read } = new X509Certificate(pem).toLegacyObject();
        const written = draft.subject.map(({ type, value }) => [shortNames[type] ?? type, value]);
        assert.deepEqual({ ...read }, Object.fromEntries(written));
      }),
      { numRuns: 200 },
    ));

  it('either refuses a text as common name of a client or writes it unchanged', () =>
    fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const linted = LintedDraft.check(aClientDraft(ca, key, text));
        if (!(linted instanceof LintedDraft)) return;
        const facts = requireFacts((await issue(linted, ca.key.privateKeyPem)).certificatePem);
        assert.equal(facts.commonName, text);
        assert.equal(new URL(facts.subjectAltNames[0]?.value ?? '').protocol, 'tag:');
      }),
      { numRuns: 100 },
    ));

  it('writes the period that was asked for, to the second, before and after 2050', () => {
    const second = fc.integer({ min: Date.UTC(2027, 0) / 1000, max: Date.UTC(2130, 0) / 1000 });
    return fc.assert(
      fc.asyncProperty(second, second, async (one, other) => {
        const [notBefore, notAfter] = [Math.min(one, other), Math.max(one, other)].map(fromSeconds);
        assert.ok(notBefore && notAfter);
        const everlasting = { ...ca.facts, notBefore: fromSeconds(0), notAfter: fromSeconds(Date.UTC(2131, 0) / 1000) };
        const validity = { notBefore, notAfter };
        const facts = requireFacts(
          await issueFrom(ca, aServerDraft({ ...ca, facts: everlasting }, key, ['test.com'], { validity })),
        );
        assert.equal(String(facts.notBefore), String(notBefore));
        assert.equal(String(facts.notAfter), String(notAfter));
      }),
      { numRuns: 100 },
    );
  });

  for (const algorithm of keyAlgorithms) {
    it(`certifies and signs with ${algorithm}`, async () => {
      const root = await aCa(algorithm);
      const leafKey = await aKeyPair(algorithm);
      const pem = await issueFrom(root, aServerDraft(root, leafKey, ['test.com']));
      const facts = requireFacts(pem);
      assert.equal(facts.keyAlgorithm, algorithm);
      assert.ok(root.facts.subjectKeyId !== undefined);
      assert.equal(requirePathCertificate(pem).authorityKeyId, root.facts.subjectKeyId);
      assert.ok(Buffer.from(leafKey.publicKeyDer).equals(facts.publicKeyDer));
      assert.ok(isIssuedBy(root.certificatePem, root.certificatePem));
      assert.ok(isIssuedBy(pem, root.certificatePem));
      assert.ok(matches(leafKey.privateKeyPem, pem));
    });
  }

  it('makes a CA, a server leaf and a client leaf that can be told apart', async () => {
    const serverPem = await issueFrom(ca, aServerDraft(ca, key, ['test.com']));
    const clientPem = await issueFrom(ca, aClientDraft(ca, key, 'CLIENT'));
    const [server, client] = [requireFacts(serverPem), requireFacts(clientPem)];
    const roles = [ca.facts, server, client].map(({ isCa, usage }) => ({ isCa, usage }));
    assert.deepEqual(roles, [
      { isCa: true, usage: undefined },
      { isCa: false, usage: 'server' },
      { isCa: false, usage: 'client' },
    ]);
    assert.equal(requirePathCertificate(clientPem).subject.text, 'CN=CLIENT');
    assert.deepEqual(client.subjectAltNames, [{ type: 'URI', value: 'tag:mtls-operator.dev,2026:client:CLIENT' }]);
    assert.equal(requirePathCertificate(serverPem).issuer.text, 'CN=ROOTCA,serialNumber=0011223344556677');
  });

  it('fails verification when any byte that was signed is flipped', async () => {
    const linted = requireLinted(aServerDraft(ca, key, ['test.com']));
    const { tbsDer } = linted;
    const { certificateDer } = await issue(linted, ca.key.privateKeyPem);
    const start = Buffer.from(certificateDer).indexOf(tbsDer);
    assert.ok(start > 0, 'the signed bytes stand in the certificate');
    const passed = Array.from(tbsDer.keys()).filter((index) => verifies(flip(certificateDer, start + index), ca));
    assert.deepEqual(passed, []);
    assert.ok(verifies(certificateDer, ca));
  });

  it('refuses to sign with a key that is not the one of the issuer in the draft', async () => {
    const linted = requireLinted(aServerDraft(ca, key, ['test.com']));
    await assert.rejects(issue(linted, key.privateKeyPem), /not the one of the issuer/);
  });

  it('takes nothing that merely looks like a linted draft', () => {
    type LookAlike = Pick<LintedDraft, 'draft' | 'tbsDer'>;
    const isAccepted: LookAlike extends Parameters<typeof issue>[0] ? true : false = false;
    assert.equal(isAccepted, false, 'the compiler refuses the line above otherwise');
  });
});

function fromSeconds(seconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
}

function flip(der: Uint8Array, index: number): Uint8Array {
  return der.with(index, (der[index] ?? 0) ^ 0x01);
}

/** What cannot be parsed any more does not verify either. */
function verifies(der: Uint8Array, { certificatePem }: GivenCa): boolean {
  try {
    return new X509Certificate(der).verify(new X509Certificate(certificatePem).publicKey);
  } catch {
    return false;
  }
}
