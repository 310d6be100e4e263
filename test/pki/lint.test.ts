import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { CaDraft, Draft, LeafDraft } from '../../src/pki/issue/draft.ts';
import { generateKeyPair } from '../../src/pki/keys/key-pair.ts';
import { readPublicKey } from '../../src/pki/keys/public-key.ts';
import { LintedDraft } from '../../src/pki/lint/linted-draft.ts';
import { lint, rules } from '../../src/pki/lint/rules.ts';
import type { DraftedName, GeneralName } from '../../src/pki/names/general-name.ts';
import { encodeName } from '../../src/pki/names/name.ts';
import { aCa, aCaDraft, aClientDraft, aKeyPair, aServerDraft } from './given.ts';

interface Given {
  readonly ca: CaDraft;
  readonly server: LeafDraft;
  readonly rsaServer: LeafDraft;
  readonly client: LeafDraft;
  readonly edServer: LeafDraft;
  readonly mailClient: LeafDraft;
}

interface Case {
  readonly reason: string;
  readonly name: string;
  readonly spoil: (given: Given) => Draft;
}

const named = (draft: LeafDraft, commonName: string): Draft => ({
  ...draft,
  subject: [{ type: 'commonName', value: commonName }],
});
/** Without a subject, which would have to name one of them. */
const serving = (draft: LeafDraft, ...dnsNames: readonly string[]): Draft => ({
  ...draft,
  subject: [],
  subjectAltNames: dnsNames.map((value) => ({ type: 'DNS', value })),
});
const alsoNamed = (draft: LeafDraft, ...names: readonly DraftedName[]): LeafDraft => ({
  ...draft,
  subjectAltNames: [...draft.subjectAltNames, ...names],
});
const withKey = (draft: LeafDraft, algorithm: string): Draft => ({
  ...draft,
  publicKey: { ...draft.publicKey, algorithm },
});
const issuedBy = (draft: LeafDraft, issuer: Partial<LeafDraft['issuer']>): Draft => ({
  ...draft,
  issuer: { ...draft.issuer, ...issuer },
});
const dns = (value: string) => ({ type: 'DNS', value }) as const;
const constrained = (
  draft: LeafDraft,
  permitted: readonly GeneralName[],
  excluded: readonly GeneralName[] = [],
): Draft => issuedBy(draft, { nameConstraints: { permitted, excluded } });
const numbered = (draft: Draft, ...octets: readonly number[]): Draft => ({
  ...draft,
  serialNumber: Uint8Array.from(octets),
});

const cases: readonly Case[] = [
  { reason: 'SubjectAttributeLength', name: 'empty', spoil: ({ client }) => named(client, '') },
  { reason: 'SubjectAttributeLength', name: '65 characters', spoil: ({ client }) => named(client, 'ü'.repeat(65)) },
  { reason: 'SubjectCharacters', name: 'NUL', spoil: ({ client }) => named(client, 'a\0b') },
  { reason: 'SubjectCharacters', name: 'escape sequence', spoil: ({ client }) => named(client, 'a\x9b2Jb') },
  { reason: 'SubjectCharacters', name: 'half a surrogate pair', spoil: ({ client }) => named(client, 'a\ud800') },
  ...(
    [
      ['SubjectAttributeLength', 'localityName', 'a'.repeat(129)],
      ['SubjectAttributeLength', 'stateOrProvinceName', 'a'.repeat(129)],
      ['SubjectAttributeLength', 'organizationName', 'a'.repeat(65)],
      ['SubjectAttributeLength', 'organizationalUnitName', 'a'.repeat(65)],
      ['SubjectAttributeLength', 'organizationalUnitName', ''],
      ['SubjectAttributeLength', 'serialNumber', '1'.repeat(65)],
      ['SubjectCharacters', 'organizationName', 'a\nb'],
      ['CountryInvalid', 'countryName', 'C'],
      ['CountryInvalid', 'countryName', 'cn'],
      ['CountryInvalid', 'countryName', 'CHN'],
      ['CountryInvalid', 'countryName', 'ÄÖ'],
      ['SubjectSerialNumberCharacters', 'serialNumber', '12_3'],
      ['SubjectSerialNumberCharacters', 'serialNumber', 'ü'],
    ] as const
  ).map(([reason, type, value]) => ({
    reason,
    name: `${type} ${JSON.stringify(value)}`,
    spoil: ({ client }: Given): Draft => ({ ...client, subject: [{ type, value }, ...client.subject] }),
  })),
  ...(
    [
      ['HostnameNotAscii', 'DNS', 'ü.com'],
      ['HostnameNotAscii', 'DNS', '*.bücher.example'],
      ['HostnameNotAscii', 'DNS', 'a b ü'],
      ['ALabelInvalid', 'DNS', 'xn--a.com'],
      ['ALabelInvalid', 'DNS', 'a.XN--0'],
      ['AddressInvalid', 'IP', '10.0.0.256'],
      ['AddressInvalid', 'IP', '10.0.0.0/8'],
      ['AddressInvalid', 'IP', '010.0.0.1'],
      ['AddressInvalid', 'IP', 'fe80::1%eth0'],
      ['AddressInvalid', 'IP', 'test.com'],
      ['EmailInvalid', 'email', 'a'],
      ['EmailInvalid', 'email', 'a@'],
      ['EmailInvalid', 'email', '.a@b.c'],
      ['EmailInvalid', 'email', 'a.@b.c'],
      ['EmailInvalid', 'email', '"a"@b.c'],
      ['EmailInvalid', 'email', 'A <a@b.c>'],
      ['EmailInvalid', 'email', 'a@b@c'],
      ['EmailInvalid', 'email', '@b.c'],
      ['EmailInvalid', 'email', 'a..b@c.d'],
      ['EmailInvalid', 'email', `${'a'.repeat(65)}@b.c`],
      ['EmailInvalid', 'email', 'ü@b.c'],
      ['EmailInvalid', 'email', 'a@ü.c'],
      ['EmailInvalid', 'email', 'a@[10.0.0.1]'],
      ['UriInvalid', 'URI', '/a'],
      ['UriInvalid', 'URI', '//a.b/c'],
      ['UriInvalid', 'URI', 'http:'],
      ['UriInvalid', 'URI', '1http://a.b'],
      ['UriInvalid', 'URI', 'http://a.b/ c'],
      ['UriInvalid', 'URI', 'http://a.b/%zz'],
      ['UriInvalid', 'URI', 'http://a.b/ü'],
      ['UriHostInvalid', 'URI', 'http:///a'],
      ['UriHostInvalid', 'URI', 'http://a_b/'],
      ['UriHostInvalid', 'URI', 'http://user@:80/'],
      ['UriHostInvalid', 'URI', 'http://[::g]/'],
      ['SpiffeIdInvalid', 'URI', 'spiffe:a'],
      ['SpiffeIdInvalid', 'URI', 'spiffe:///a'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://A.b/c'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a..b/c'],
      ['SpiffeIdInvalid', 'URI', 'SPIFFE://a.b/c'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a@b/c'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a.b:80/c'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a.b/c/'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a.b/../c'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a.b/c?d'],
      ['SpiffeIdInvalid', 'URI', 'spiffe://a.b/%41'],
      ['SpiffeIdInvalid', 'URI', `spiffe://${'a'.repeat(256)}`],
      ['SpiffeIdInvalid', 'URI', `spiffe://a/${'b'.repeat(2038)}`],
    ] as const
  ).map(([reason, type, value]) => ({
    reason,
    name: `${type} ${JSON.stringify(value).slice(0, 40)}`,
    spoil: ({ server }: Given) => alsoNamed(server, { type, value }),
  })),
  {
    reason: 'SpiffeIdNotAlone',
    name: 'two URIs',
    spoil: ({ client }) => alsoNamed(client, { type: 'URI', value: 'spiffe://a.b/c' }),
  },
  ...(
    [
      ['IP', '2001:db8::1', '2001:DB8:0::1'],
      ['email', 'a@test.com', 'a@TEST.com'],
    ] as const
  ).map(([type, one, other]) => ({
    reason: 'SubjectAltNameDuplicate',
    name: `${one} and ${other}`,
    spoil: ({ server }: Given) => alsoNamed(server, { type, value: one }, { type, value: other }),
  })),
  { reason: 'SubjectAltNameMissing', name: 'server', spoil: ({ server }) => serving(server) },
  { reason: 'SubjectAltNameMissing', name: 'client', spoil: ({ client }) => ({ ...client, subjectAltNames: [] }) },
  ...[
    ...['', '-a.com', 'a-.com', 'a..com', 'a.com.', '.a.com', 'a_b.com', 'a b.com', 'a.com\n', '::1'],
    ...['*', '*.', '*.*.com', 'a*.com', 'a.*.com', '**.com'],
    ...[`${'a'.repeat(64)}.com`, `a.${'a.'.repeat(126)}`, `aa${'.a'.repeat(126)}`],
  ].map((name) => ({
    reason: 'HostnameInvalid',
    name: JSON.stringify(name),
    spoil: ({ server }: Given) => serving(server, name),
  })),
  { reason: 'AddressAsHostname', name: 'IPv4', spoil: ({ server }) => serving(server, 'a.com', '10.0.0.1') },
  { reason: 'AddressAsHostname', name: 'number at the end', spoil: ({ server }) => serving(server, 'a.1') },
  { reason: 'AddressAsHostname', name: 'address as one number', spoil: ({ server }) => serving(server, '2130706433') },
  { reason: 'SubjectAltNameDuplicate', name: 'same', spoil: ({ server }) => serving(server, 'a.com', 'a.com') },
  {
    reason: 'SubjectAltNameDuplicate',
    name: 'same but for case',
    spoil: ({ server }) => serving(server, 'a.b', 'A.b'),
  },
  { reason: 'KeyWeak', name: 'RSA-1024', spoil: ({ rsaServer }) => withKey(rsaServer, 'RSA-1024') },
  { reason: 'KeyWeak', name: 'a curve that is not ours', spoil: ({ server }) => withKey(server, 'ECDSA-secp256k1') },
  ...[1n, 3n, 65_535n, 65_538n, 2n ** 256n + 1n].map((rsaExponent) => ({
    reason: 'RsaExponentWeak',
    name: String(rsaExponent),
    spoil: ({ rsaServer }: Given) => ({ ...rsaServer, publicKey: { ...rsaServer.publicKey, rsaExponent } }),
  })),
  { reason: 'IssuerKeyWeak', name: 'RSA-1024', spoil: ({ server }) => issuedBy(server, { keyAlgorithm: 'RSA-1024' }) },
  { reason: 'IssuerNotCa', name: 'another leaf', spoil: ({ server }) => issuedBy(server, { isCa: false }) },
  {
    reason: 'IssuerNameEmpty',
    name: 'no attribute',
    spoil: ({ server }) => issuedBy(server, { nameDer: encodeName([]) }),
  },
  ...['*.a.com', '.a.com', '', 'ü.com', 'a.com/b'].map((name) => ({
    reason: 'NameConstraintInvalid',
    name: JSON.stringify(name),
    spoil: ({ ca }: Given): Draft => ({ ...ca, permittedDnsSubtrees: ['a.com', name] }),
  })),
  ...(
    [
      [['other.com'], [], 'neither name is permitted'],
      [['a.test.com'], [], 'above the one that is permitted'],
      [['est.com'], [], 'the same end, but no label'],
      [['.test.com'], [], 'a leading dot asks for one label more'],
      [[], ['test.com'], 'excluded'],
      [[], ['TEST.com'], 'excluded in other case'],
      [['test.com'], ['a.test.com'], 'a wildcard for one that is excluded'],
    ] as const
  ).map(([permitted, excluded, name]) => ({
    reason: 'HostnameOutsideConstraints',
    name,
    spoil: ({ server }: Given) => constrained(server, permitted.map(dns), excluded.map(dns)),
  })),
  {
    reason: 'HostnameOutsideConstraints',
    name: 'a common name that looks like a host',
    spoil: ({ mailClient }) =>
      constrained({ ...mailClient, subject: [{ type: 'commonName', value: 'a.b' }] }, [dns('a.c')]),
  },
  {
    reason: 'ConstraintUnsupported',
    name: 'URI',
    spoil: ({ server }) => {
      const uri = { type: 'URI', value: 'https://test.com/' } as const;
      return constrained(alsoNamed(server, uri), [{ type: 'URI', value: 'test.com' }]);
    },
  },
  {
    reason: 'ConstraintUnsupported',
    name: 'directory name',
    spoil: ({ mailClient }) => constrained(mailClient, [], [{ type: 'other', value: '[4]' }]),
  },
  { reason: 'UriWithoutHost', name: 'a tag', spoil: ({ client }) => constrained(client, [dns('a.com')]) },
  {
    reason: 'SubjectIsIssuer',
    name: 'byte for byte',
    spoil: ({ client }) => issuedBy(client, { nameDer: encodeName(client.subject) }),
  },
  ...['other.com', 'a.test.com', 'Test'].map((commonName) => ({
    reason: 'CommonNameNotAName',
    name: commonName,
    spoil: ({ server }: Given) => named(server, commonName),
  })),
  {
    reason: 'ValidityInverted',
    name: 'a second too early',
    spoil: ({ server }) => ({ ...server, notAfter: server.notBefore.subtract({ seconds: 1 }), issuer: early(server) }),
  },
  {
    reason: 'ValidityOutsideIssuer',
    name: 'a second before the CA',
    spoil: ({ server }) => ({ ...server, notBefore: server.issuer.notBefore.subtract({ seconds: 1 }) }),
  },
  {
    reason: 'ValidityOutsideIssuer',
    name: 'a second after the CA',
    spoil: ({ server }) => ({ ...server, notAfter: server.issuer.notAfter.add({ seconds: 1 }) }),
  },
  {
    reason: 'ValidityFraction',
    name: 'half a second',
    spoil: ({ server }) => ({ ...server, notBefore: server.notBefore.add({ milliseconds: 500 }) }),
  },
  { reason: 'SerialNumberInvalid', name: 'none', spoil: ({ server }) => numbered(server) },
  { reason: 'SerialNumberInvalid', name: 'zero', spoil: ({ server }) => numbered(server, ...Array(16).fill(0)) },
  {
    reason: 'SerialNumberInvalid',
    name: 'negative',
    spoil: ({ server }) => numbered(server, 0x80, ...Array(15).fill(1)),
  },
  {
    reason: 'SerialNumberInvalid',
    name: 'an octet too many for its value',
    spoil: ({ ca }) => numbered(ca, 0, ...Array(15).fill(1)),
  },
  { reason: 'SerialNumberInvalid', name: '7 octets', spoil: ({ ca }) => numbered(ca, ...Array(7).fill(1)) },
  { reason: 'SerialNumberInvalid', name: '21 octets', spoil: ({ ca }) => numbered(ca, ...Array(21).fill(1)) },
  {
    reason: 'CaWithoutGeneration',
    name: 'common name only',
    spoil: ({ ca }) => ({ ...ca, subject: ca.subject.slice(0, 1) }),
  },
  {
    reason: 'CaWithoutGeneration',
    name: 'a generation that is no hex',
    spoil: ({ ca }) => ({ ...ca, subject: [{ type: 'serialNumber', value: 'two' }] }),
  },
  {
    reason: 'CaWithoutCaBits',
    name: 'not a CA',
    spoil: ({ ca }) => ({ ...ca, basicConstraints: { isCa: false, pathLength: 0 } }),
  },
  {
    reason: 'CaWithoutCaBits',
    name: 'a root with the path length 0, below which no cross certificate passes',
    spoil: ({ ca }) => ({ ...ca, basicConstraints: { isCa: true, pathLength: 0 } }),
  },
  {
    reason: 'CaWithoutCaBits',
    name: 'a cross certificate with the path length 1',
    spoil: ({ ca }) => ({ ...ca, issuer: { ...ca.issuer, publicKeyDer: Buffer.from('another') } }),
  },
  { reason: 'CaWithoutCaBits', name: 'any depth', spoil: ({ ca }) => ({ ...ca, basicConstraints: { isCa: true } }) },
  { reason: 'CaWithoutCaBits', name: 'no keyCertSign', spoil: ({ ca }) => ({ ...ca, keyUsage: ['cRLSign'] }) },
  {
    reason: 'CaWithoutCaBits',
    name: 'signs more than certificates',
    spoil: ({ ca }) => ({ ...ca, keyUsage: [...ca.keyUsage, 'digitalSignature'] }),
  },
  {
    reason: 'LeafIsCa',
    name: 'cA',
    spoil: ({ server }) => ({ ...server, basicConstraints: { isCa: true } }),
  },
  {
    reason: 'PathLengthWithoutCa',
    name: 'of zero',
    spoil: ({ server }) => ({ ...server, basicConstraints: { isCa: false, pathLength: 0 } }),
  },
  ...(['keyCertSign', 'cRLSign'] as const).map((usage) => ({
    reason: 'SigningUsageWithoutCa',
    name: usage,
    spoil: ({ client }: Given): Draft => ({ ...client, keyUsage: [...client.keyUsage, usage] }),
  })),
  {
    reason: 'DigitalSignatureMissing',
    name: 'keyEncipherment only',
    spoil: ({ rsaServer }) => ({ ...rsaServer, keyUsage: ['keyEncipherment'] }),
  },
  {
    reason: 'KeyEnciphermentWithEc',
    name: 'as RSA has it',
    spoil: ({ server }) => ({ ...server, keyUsage: ['digitalSignature', 'keyEncipherment'] }),
  },
  {
    reason: 'KeyEnciphermentWithEc',
    name: 'with Ed25519',
    spoil: ({ edServer }) => ({ ...edServer, keyUsage: ['digitalSignature', 'keyEncipherment'] }),
  },
  {
    reason: 'ExtendedKeyUsageNotOne',
    name: 'both directions',
    spoil: ({ server }) => ({ ...server, extendedKeyUsage: ['serverAuth', 'clientAuth'] }),
  },
  { reason: 'ExtendedKeyUsageNotOne', name: 'none', spoil: ({ client }) => ({ ...client, extendedKeyUsage: [] }) },
  {
    reason: 'ExtendedKeyUsageNotOne',
    name: 'the other direction',
    spoil: ({ client }) => ({ ...client, extendedKeyUsage: ['serverAuth'] }),
  },
  {
    reason: 'ExtendedKeyUsageNotOne',
    name: 'a CA with one',
    spoil: ({ ca }) => ({ ...ca, extendedKeyUsage: ['serverAuth'] }),
  },
];

/** An issuer that begins an hour before the draft, so that only the draft's own order is wrong. */
function early({ issuer, notBefore }: LeafDraft): LeafDraft['issuer'] {
  return { ...issuer, notBefore: notBefore.subtract({ hours: 1 }) };
}

describe('lint', () => {
  let given: Given;

  before(async function () {
    this.timeout(30_000);
    const ca = await aCa();
    const key = await generateKeyPair('ECDSA-P256');
    given = {
      ca: aCaDraft(ca.key),
      server: aServerDraft(ca, key, ['test.com', '*.test.com']),
      rsaServer: aServerDraft(ca, await aKeyPair('RSA-2048'), ['test.com']),
      client: aClientDraft(ca, key, 'CLIENT'),
      mailClient: aClientDraft(ca, key, 'CLIENT', { subjectAltNames: [{ type: 'email', value: 'a@b.c' }] }),
      edServer: aServerDraft(ca, await aKeyPair('Ed25519'), ['test.com']),
    };
  });

  for (const { reason, name, spoil } of cases) {
    it(`finds ${reason} alone: ${name}`, () => {
      const draft = spoil(given);
      assert.deepEqual(
        lint(draft).map((finding) => finding.reason),
        [reason],
      );
      assert.ok(!(LintedDraft.check(draft) instanceof LintedDraft));
    });
  }

  it('has a case for each rule', () => {
    const covered = new Set(cases.map(({ reason }) => reason));
    assert.deepEqual(covered, new Set(rules.map(({ reason }) => reason)));
  });

  it('cites the clause in its message', () => {
    const [finding] = lint(named(given.client, 'x'.repeat(65)));
    assert.equal(finding?.message, 'The commonName has 65 characters and not 1 to 64 (RFC 5280 A.1)');
  });

  it('gives the A-label that is to be written in place of a name outside of ASCII', () => {
    const [finding] = lint(serving(given.server, 'test.com', '*.bücher.example'));
    assert.equal(
      finding?.message,
      '"*.bücher.example" has letters outside of ASCII: write "*.xn--bcher-kva.example" (RFC 5280 7.2)',
    );
  });

  for (const name of [
    ...['DNS xn--bcher-kva.example', 'DNS *.xn--bcher-kva.example', 'DNS ab--cd.com', 'IP 10.0.0.1', 'IP ::'],
    ...['IP 2001:db8::1', 'IP ::ffff:10.0.0.1', 'email a.b+c@xn--bcher-kva.example', 'email root@localhost'],
    ...['URI spiffe://example.org/ns/a/sa/b_c', 'URI spiffe://a_b', 'URI urn:a:b', 'URI https://u@a.b:443/c%20d?e#f'],
    ...[`email ${'a'.repeat(64)}@b.c`, "email !#$%&'*+/=?^_`{|}~-.9@b.c"],
    ...[
      `URI spiffe://${'a'.repeat(255)}`,
      `URI spiffe://a/${'b'.repeat(2037)}`,
      'URI spiffe://a/...',
      'URI spiffe://a',
    ],
    ...['URI http://[::1]:80/', 'URI http://10.0.0.1', 'URI tag:a.b,2026:c', 'URI file:/etc/passwd', 'URI mailto:a@b'],
  ]) {
    it(`has no finding for ${name}`, () => {
      const [type, value = ''] = name.split(' ');
      assert.deepEqual(lint(alsoNamed(given.server, { type: type as DraftedName['type'], value })), []);
    });
  }

  for (const [type, value] of [
    ['stateOrProvinceName', 'ü'.repeat(128)],
    ['localityName', 'a'.repeat(128)],
    ['organizationName', 'a'.repeat(64)],
    ['organizationalUnitName', 'a'],
    ['serialNumber', '1'.repeat(64)],
    ['countryName', 'CN'],
  ] as const) {
    it(`has no finding for a ${type} of ${value.length} characters`, () =>
      assert.deepEqual(lint({ ...given.client, subject: [{ type, value }, ...given.client.subject] }), []));
  }

  for (const { name, build } of [
    { name: 'a CA', build: ({ ca }: Given) => ca },
    { name: 'a server leaf', build: ({ server }: Given) => server },
    { name: 'a server leaf with an RSA key', build: ({ rsaServer }: Given) => rsaServer },
    { name: 'a client leaf', build: ({ client }: Given) => client },
    { name: '64 characters outside the basic plane', build: ({ client }: Given) => named(client, '😀'.repeat(64)) },
    { name: 'labels and a name of the greatest length', build: ({ server }: Given) => serving(server, longest()) },
    { name: 'an A-label', build: ({ server }: Given) => serving(server, 'xn--bcher-kva.example') },
    { name: 'a common name in other case', build: ({ server }: Given) => named(server, 'TEST.com') },
    {
      name: 'an address as common name',
      build: ({ server }: Given) => named(alsoNamed(server, { type: 'IP', value: '10.0.0.1' }), '10.0.0.1'),
    },
    { name: 'a CA with constraints', build: ({ ca }: Given) => ({ ...ca, permittedDnsSubtrees: ['test.com', 'a'] }) },
    {
      name: 'names within constraints',
      build: ({ server }: Given) => constrained(server, [dns('a.b'), dns('TEST.com')]),
    },
    {
      name: 'a name above one that is excluded',
      build: ({ server }: Given) => constrained(alsoNamed(server, dns('b.com')), [], [dns('x.b.com')]),
    },
    {
      name: 'a name within constraints, in other case',
      build: ({ server }: Given) => constrained(alsoNamed(server, dns('A.Test.COM')), [dns('test.com')]),
    },
    {
      name: 'a constraint on nothing but hosts',
      build: ({ mailClient }: Given) => constrained(mailClient, [dns('a.com')]),
    },
    {
      name: 'names beside those excluded',
      build: ({ server }: Given) => constrained(server, [dns('')], [dns('a.com')]),
    },
    {
      name: 'constraints on types that are not there',
      build: ({ server }: Given) => constrained(server, [{ type: 'email', value: 'a.com' }]),
    },
    { name: 'one label', build: ({ server }: Given) => serving(server, 'localhost') },
    { name: 'a serial number of 8 octets', build: ({ ca }: Given) => numbered(ca, ...Array(8).fill(1)) },
    { name: 'a serial number that needs its 0', build: ({ ca }: Given) => numbered(ca, 0, 0x80, ...Array(7).fill(0)) },
    { name: 'a serial number of 20 octets', build: ({ ca }: Given) => numbered(ca, ...Array(20).fill(127)) },
    { name: 'one second of validity', build: ({ ca }: Given) => ({ ...ca, notAfter: ca.notBefore }) },
  ] as const) {
    it(`has no finding for ${name}`, () => assert.deepEqual(lint(build(given)), []));
  }

  it('measures the key and does not believe what is said of it', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = readPublicKey(publicKey.export({ type: 'spki', format: 'der' }));
    assert.deepEqual(
      lint({ ...given.rsaServer, publicKey: weak }).map(({ reason }) => reason),
      ['KeyWeak'],
    );
  });
});

function longest(): string {
  const label = 'a'.repeat(63);
  return [label, label, label, 'a'.repeat(61)].join('.');
}
