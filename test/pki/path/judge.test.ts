import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type BroughtCa, type ExternalLeaf, judgeCa, judgeLeaf } from '../../../src/pki/path/judge.ts';
import { readTrustBundle } from '../../../src/pki/path/trust-bundle.ts';
import type { Verdict } from '../../../src/pki/path/verdict.ts';
import { finish } from '../../../src/std/steps.ts';
import { anRsaKey, ca, leaf, type Made, Openssl } from './given.ts';

const at = Temporal.Now.instant().add({ seconds: 60 });

const aKeyOfExplicitCurve = () => generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
const anRsaKeyWith = (publicExponent: number) => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent });
const alone = ({ pem, keyPem }: Made) => ({ chainPem: pem, privateKeyPem: keyPem });

describe('judging what a person brought along', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());

  const root = openssl.root();
  const int = openssl.issue(root, { subject: '/CN=Intermediate', extensions: ca });
  const server = openssl.issue(int);
  const other = openssl.root({ subject: '/CN=Other' });
  const weak = openssl.issue(int, { digest: 'sha1', key: () => anRsaKey(1024), variant: 1024 });
  const nameless = openssl.issue(int, { extensions: leaf.filter((line) => !line.startsWith('subjectAlt')) });
  const selfSigned = openssl.root({ subject: '/CN=test.com', extensions: leaf });
  const expired = at.add({ hours: 24 * 40 });
  const clientsOnly = openssl.issue(root, {
    subject: '/CN=Clients',
    extensions: [...ca, 'extendedKeyUsage=clientAuth'],
  });
  const narrow = openssl.root({ subject: '/CN=Narrow', extensions: [`${ca[0]},pathlen:0`, ...ca.slice(1)] });
  const belowNarrow = openssl.issue(narrow, { subject: '/CN=Below', extensions: ca });
  const ofInt = { chainPem: server.pem + int.pem, privateKeyPem: server.keyPem, anchors: [root.certificate] };

  const cases: readonly {
    readonly name: string;
    readonly given?: Partial<ExternalLeaf>;
    readonly want: readonly string[];
  }[] = [
    { name: 'a leaf with its intermediate', want: [] },
    { name: 'a leaf whose chain has the root too', given: { chainPem: server.pem + int.pem + root.pem }, want: [] },
    { name: 'a chain where nobody said whom to trust', given: { anchors: [] }, want: [] },
    {
      name: 'text between the blocks, and CRLF',
      given: { chainPem: `a\r\n${server.pem.replaceAll('\n', '\r\n')}b: c\n${int.pem}d` },
      want: [],
    },
    { name: 'another key', given: { privateKeyPem: other.keyPem }, want: ['hard KeyMismatch'] },
    { name: 'a text that is no key', given: { privateKeyPem: server.pem }, want: ['hard KeyUnreadable'] },
    {
      name: 'an encrypted key',
      given: { privateKeyPem: '-----BEGIN ENCRYPTED PRIVATE KEY-----' },
      want: ['hard KeyEncrypted'],
    },
    {
      name: 'a chain that begins with the issuer',
      given: { chainPem: int.pem + server.pem },
      want: ['hard ChainOutOfOrder'],
    },
    {
      name: 'a root before the intermediate',
      given: { chainPem: server.pem + root.pem + int.pem },
      want: ['soft ChainOutOfOrder'],
    },
    {
      name: 'a certificate of others in the chain',
      given: { chainPem: server.pem + int.pem + other.pem },
      want: ['soft CertificateUnrelated'],
    },
    { name: 'a chain without its intermediate', given: { chainPem: server.pem }, want: ['hard ChainIncomplete'] },
    {
      name: 'a chain to a root that is not trusted',
      given: { anchors: [other.certificate] },
      want: ['hard ChainIncomplete'],
    },
    { name: 'a host that is not covered', given: { hosts: ['test.com', 'other.com'] }, want: ['hard HostNotCovered'] },
    {
      name: 'a common name instead of alternative names',
      given: { chainPem: nameless.pem + int.pem, privateKeyPem: nameless.keyPem },
      want: ['soft SubjectAltNameMissing'],
    },
    { name: 'the time after the period', given: { at: expired }, want: ['hard CertificateExpired'] },
    {
      name: 'the time before the period',
      given: { at: at.subtract({ hours: 1 }) },
      want: ['hard CertificateNotYetValid'],
    },
    { name: 'a server as a client', given: { purpose: 'client', hosts: [] }, want: ['hard ExtendedKeyUsageWrong'] },
    {
      name: 'a weak key and a weak signature',
      given: { chainPem: weak.pem + int.pem, privateKeyPem: weak.keyPem },
      want: ['hard KeyWeak', 'hard SignatureWeak'],
    },
    {
      name: 'a self-signed certificate',
      given: { chainPem: selfSigned.pem, privateKeyPem: selfSigned.keyPem, anchors: [] },
      want: ['soft SelfSignedLeaf'],
    },
    {
      name: 'a self-signed certificate that is not trusted',
      given: { chainPem: selfSigned.pem, privateKeyPem: selfSigned.keyPem },
      want: ['hard ChainIncomplete'],
    },
    {
      name: 'a key in the certificate text',
      given: { chainPem: server.pem + server.keyPem },
      want: ['hard PrivateKeyAmongCertificates'],
    },
    {
      name: 'certificate and key the wrong way round',
      given: { chainPem: server.keyPem, privateKeyPem: server.pem },
      want: ['hard PrivateKeyAmongCertificates', 'hard CertificateMissing'],
    },
    {
      name: 'blocks that have no line between them',
      given: { chainPem: (server.pem + int.pem).replace('-----\n-----', '----------') },
      want: ['hard PemDamaged'],
    },
    { name: 'nothing', given: { chainPem: '' }, want: ['hard CertificateMissing'] },
  ];
  for (const { name, given = {}, want } of cases) {
    it(`has ${want.join(', ') || 'nothing to say'} for ${name}`, () => {
      const brought: ExternalLeaf = { ...ofInt, at, purpose: 'server', hosts: ['test.com'], ...given };
      const verdicts = judgeLeaf(brought);
      assert.deepEqual(summary(verdicts), want);
      assertNothingOfTheKey(verdicts, server.keyPem);
    });
  }

  const cas: readonly {
    readonly name: string;
    readonly given: Partial<BroughtCa>;
    readonly want: readonly string[];
  }[] = [
    { name: 'a root', given: { chainPem: root.pem, privateKeyPem: root.keyPem }, want: [] },
    {
      name: 'an intermediate with its root',
      given: { chainPem: int.pem + root.pem, privateKeyPem: int.keyPem },
      want: [],
    },
    {
      name: 'an intermediate whose root is trusted',
      given: { chainPem: int.pem, privateKeyPem: int.keyPem, anchors: [root.certificate] },
      want: [],
    },
    {
      name: 'an intermediate without its root',
      given: { chainPem: int.pem, privateKeyPem: int.keyPem },
      want: ['hard ChainIncomplete'],
    },
    {
      name: 'a leaf',
      given: { chainPem: server.pem + int.pem + root.pem, privateKeyPem: server.keyPem },
      want: ['hard NotACa', 'hard ExtendedKeyUsageWrong'],
    },
    {
      name: 'an intermediate below a path length of 0',
      given: { chainPem: belowNarrow.pem + narrow.pem, privateKeyPem: belowNarrow.keyPem },
      want: ['hard PathLengthExceeded'],
    },
    {
      name: 'a CA for clients only',
      given: { chainPem: clientsOnly.pem + root.pem, privateKeyPem: clientsOnly.keyPem },
      want: ['hard ExtendedKeyUsageWrong'],
    },
    {
      name: 'a CA for clients only that issues only those',
      given: { chainPem: clientsOnly.pem + root.pem, privateKeyPem: clientsOnly.keyPem, purposes: ['client'] },
      want: [],
    },
    ...['0', '-5', `0x${'7f'.repeat(21)}`].map((serial) => ({
      name: `the serial number ${serial}`,
      given: alone(openssl.root({ subject: '/CN=Odd', serial })),
      want: ['soft SerialNumberInvalid'],
    })),
    {
      name: 'the longest serial number',
      given: alone(openssl.root({ subject: '/CN=Odd', serial: `0x${'7f'.repeat(20)}` })),
      want: [],
    },
    {
      name: 'a curve that is spelt out',
      given: alone(openssl.root({ subject: '/CN=Curve', key: aKeyOfExplicitCurve })),
      want: ['soft CurveUnnamed'],
    },
    {
      name: 'an RSA exponent of 32 bits',
      given: alone(openssl.root({ subject: '/CN=Exponent', key: () => anRsaKeyWith(2 ** 31 + 1) })),
      want: ['soft RsaExponentUnusual'],
    },
  ];
  for (const { name, given, want } of cas) {
    it(`has ${want.join(', ') || 'nothing to say'} for ${name}, as a CA`, () => {
      const verdicts = judgeCa({ ...ofInt, anchors: [], at, purposes: ['server', 'client'], ...given });
      assert.deepEqual(summary(verdicts), want);
    });
  }

  const bundles: readonly {
    readonly name: string;
    readonly text: string;
    readonly anchors?: number;
    readonly at?: Temporal.Instant;
    readonly want: readonly string[];
  }[] = [
    { name: 'several roots', text: `# ours\n${root.pem}# theirs\n${other.pem}`, anchors: 2, want: [] },
    { name: 'a root twice', text: root.pem + other.pem + root.pem, anchors: 2, want: ['soft CertificateDuplicate'] },
    { name: 'a root and its intermediate', text: int.pem + root.pem, anchors: 2, want: [] },
    { name: 'an intermediate without its root', text: int.pem, want: ['hard NoUsableRoot', 'soft RootMissing'] },
    {
      name: 'a leaf beside a root',
      text: root.pem + server.pem,
      anchors: 1,
      want: ['soft NotACa'],
    },
    {
      name: 'roots that have expired',
      text: root.pem,
      at: expired,
      want: ['hard NoUsableRoot', 'soft CertificateExpired'],
    },
    {
      name: 'roots that have yet to begin, as a clock that was set back sees them',
      text: root.pem + other.pem,
      anchors: 2,
      at: at.subtract({ hours: 1 }),
      want: ['soft CertificateNotYetValid'],
    },
    {
      name: 'a root and an intermediate that have yet to begin, and a leaf',
      text: int.pem + root.pem + server.pem,
      anchors: 2,
      at: at.subtract({ hours: 1 }),
      want: ['soft NotACa', 'soft CertificateNotYetValid'],
    },
    { name: 'a key', text: root.pem + root.keyPem, want: ['hard PrivateKeyAmongCertificates'] },
    {
      name: 'a key that is damaged',
      text: `${root.pem}-----BEGIN RSA PRIVATE KEY-----\nAAAA`,
      want: ['hard PrivateKeyAmongCertificates'],
    },
    {
      name: "OpenSSL's own type of certificate",
      text: root.pem.replaceAll('CERT', 'TRUSTED CERT'),
      want: ['hard PemTypeUnsupported', 'hard CertificateMissing'],
    },
    { name: 'a block that is cut off', text: root.pem + other.pem.slice(0, 200), want: ['hard PemDamaged'] },
    {
      name: 'a block that is no certificate',
      text: `${root.pem}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`,
      want: ['hard CertificateUnreadable'],
    },
    { name: 'nothing', text: '', want: ['hard CertificateMissing'] },
  ];
  for (const { name, text, anchors = 0, at: time = at, want } of bundles) {
    it(`has ${want.join(', ') || 'nothing to say'} for a trust bundle of ${name}`, () => {
      const bundle = finish(readTrustBundle(text, time));
      assert.deepEqual(summary(bundle.verdicts), want);
      assert.equal(bundle.anchors.length, anchors);
      assertNothingOfTheKey(bundle.verdicts, root.keyPem);
    });
  }
});

function assertNothingOfTheKey(verdicts: readonly Verdict[], keyPem: string): void {
  const secret = keyPem.split('\n')[1] ?? '';
  assert.ok(secret.length > 20 && !JSON.stringify(verdicts).includes(secret));
}

function summary(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ severity, reason }) => `${severity} ${reason}`);
}
