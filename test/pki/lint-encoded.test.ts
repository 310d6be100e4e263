import assert from 'node:assert/strict';
import { booleanTrue, type Der, explicit, generalizedTime, sequence, utcTime } from '../../src/pki/der/encode.ts';
import { encodedOid, type OidName, oid } from '../../src/pki/der/object-identifiers.ts';
import { type DerElement, readTree } from '../../src/pki/der/tree.ts';
import { encodedRules, lintEncoded } from '../../src/pki/lint/encoded.ts';
import { aCa, aCaDraft, aKeyPair, aServerDraft, requireLinted } from './given.ts';

/** Places in a TBSCertificate (RFC 5280 4.1). */
const at = { version: 0, signature: 2, validity: 4, subject: 5, extensions: 7 } as const;

interface Case {
  readonly reason: string;
  readonly name: string;
  readonly spoil: (tbs: DerElement) => Der;
}

const withPart = (tbs: DerElement, index: number, der: Der) =>
  sequence(...tbs.children.map((child, other) => (other === index ? der : child.der)));

const integerOf = (value: number) => [0x02, 1, value];

const times = (...encoded: readonly Der[]) => ({
  spoil: (tbs: DerElement) => withPart(tbs, at.validity, sequence(...encoded)),
});

const signedWith = (name: OidName) => ({
  name,
  spoil: (tbs: DerElement) => withPart(tbs, at.signature, sequence(encodedOid(name))),
});

/** Changes the list of extensions. */
const extended = (tbs: DerElement, change: (extension: DerElement) => readonly Der[]) => {
  const list = tbs.children[at.extensions]?.children[0]?.children ?? [];
  return withPart(tbs, at.extensions, explicit(3, sequence(...list.flatMap(change))));
};

const without = (name: OidName) => (tbs: DerElement) =>
  extended(tbs, (extension) => (is(extension, name) ? [] : [extension.der]));

const markedOtherwise = (name: OidName) => (tbs: DerElement) =>
  extended(tbs, (extension) => [is(extension, name) ? toggleCritical(extension) : extension.der]);

function is({ children: [id] }: DerElement, name: OidName): boolean {
  return Buffer.compare(id?.der ?? new Uint8Array(), encodedOid(name)) === 0;
}

function toggleCritical({ children: [id, ...rest] }: DerElement): Der {
  const value = rest.at(-1);
  assert.ok(id && value);
  return sequence(id.der, ...(rest.length === 1 ? [booleanTrue] : []), value.der);
}

const cases: readonly Case[] = [
  {
    reason: 'VersionNotThree',
    name: 'version 1',
    spoil: (tbs) => withPart(tbs, at.version, Uint8Array.of(0xa0, 3, 2, 1, 0)),
  },
  { reason: 'SignatureDigestBroken', ...signedWith('sha1WithRsaEncryption') },
  { reason: 'SignatureDigestBroken', ...signedWith('ecdsaWithSha1') },
  { reason: 'SignatureDigestBroken', ...signedWith('md5WithRsaEncryption') },
  ...(
    [
      ['GeneralizedTime in 2049', [utcTime('261122000000Z'), generalizedTime('20491231235959Z')]],
      ['UTCTime without seconds', [utcTime('2611220000Z'), utcTime('270101000000Z')]],
      ['UTCTime with an offset', [utcTime('261122000000+0100'), utcTime('270101000000Z')]],
      ['GeneralizedTime with a fraction', [utcTime('261122000000Z'), generalizedTime('20500101000000.5Z')]],
      ['one time only', [utcTime('261122000000Z')]],
    ] as const
  ).map(([name, encoded]) => ({ reason: 'TimeForm', name, ...times(...encoded) })),
  {
    reason: 'SetNotSorted',
    name: 'two attributes of one RDN, the greater first',
    spoil: (tbs) => withPart(tbs, at.subject, sequence(Uint8Array.of(0x31, 6, ...integerOf(2), ...integerOf(1)))),
  },
  {
    reason: 'ExtensionDuplicate',
    name: 'key usage twice',
    spoil: (tbs) =>
      extended(tbs, (extension) => (is(extension, 'keyUsage') ? [extension.der, extension.der] : [extension.der])),
  },
  ...(
    [
      'basicConstraints',
      'keyUsage',
      'extKeyUsage',
      'subjectKeyIdentifier',
      'authorityKeyIdentifier',
      'subjectAltName',
    ] as const
  ).map((name) => ({ reason: 'ExtensionCriticality', name, spoil: markedOtherwise(name) })),
  {
    reason: 'ExtensionCriticality',
    name: 'subjectAltName beside an empty subject',
    spoil: (tbs) => withPart(tbs, at.subject, sequence()),
  },
  { reason: 'SubjectKeyIdentifierMissing', name: 'left out', spoil: without('subjectKeyIdentifier') },
  { reason: 'AuthorityKeyIdentifierMissing', name: 'left out', spoil: without('authorityKeyIdentifier') },
];

describe('lint of the bytes to sign', () => {
  let server: Uint8Array;
  let ca: Uint8Array;

  before(async () => {
    const issuer = await aCa();
    server = requireLinted(aServerDraft(issuer, await aKeyPair('ECDSA-P256'), ['test.com'])).tbsDer;
    ca = requireLinted(aCaDraft(issuer.key)).tbsDer;
  });

  for (const { reason, name, spoil } of cases) {
    it(`finds ${reason} alone: ${name}`, () => {
      assert.deepEqual(
        lintEncoded(spoil(readTree(server))).map((finding) => finding.reason),
        [reason],
      );
    });
  }

  it('has a case for each rule', () => {
    const covered = new Set(cases.map(({ reason }) => reason));
    assert.deepEqual(covered, new Set(encodedRules.map(({ reason }) => reason)));
  });

  it('has no finding for what was not spoilt', () => {
    assert.deepEqual(lintEncoded(withPart(readTree(server), -1, sequence())), []);
    assert.deepEqual(lintEncoded(ca), []);
  });

  it('knows each object identifier once', () => {
    assert.equal(new Set(Object.values(oid)).size, Object.keys(oid).length);
  });
});
