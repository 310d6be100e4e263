import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { Purpose } from '../../../../src/pki/path/purpose.ts';
import { type PathResult, validatePath } from '../../../../src/pki/path/validate.ts';
import { aKeyOfCurve, anRsaKey, ca, leaf, type Made, Openssl, type Wish } from '../../../pki/path/given.ts';

/** Certificates are made while the suites run, which may be long after this file was loaded. */
const now = Temporal.Now.instant().add({ hours: 2 });

interface Case {
  readonly name: string;
  /** From the root down; each is issued by the one before. */
  readonly path: readonly Wish[];
  readonly purpose?: Purpose;
  readonly at?: Temporal.Instant;
  readonly host?: string;
  readonly want?: readonly string[];
}

const int: Wish = { subject: '/CN=Intermediate', extensions: ca };
const without = (extensions: readonly string[], name: string) => extensions.filter((line) => !line.startsWith(name));
/** Without key identifiers, so that only signatures tell namesakes apart. */
const noKeyIds = ['subjectKeyIdentifier=none', 'authorityKeyIdentifier=none'];
const anonymous = [...without(ca, 'subjectKey'), ...noKeyIds];
const withPathLength = (length: number) => [`basicConstraints=critical,CA:TRUE,pathlen:${length}`, ...ca.slice(1)];
const constrained = (constraints: string): Wish => ({
  ...int,
  extensions: [...ca, `nameConstraints=critical,${constraints}`],
});
const named = (names: string): Wish => ({ extensions: [...without(leaf, 'subjectAlt'), `subjectAltName=${names}`] });
const rsa = (bits: number) => ({ key: () => anRsaKey(bits), variant: bits });
const notPermitted = ['NameNotPermitted'];

const cases: readonly Case[] = [
  { name: 'a leaf below its root', path: [{}, {}] },
  { name: 'a leaf two CAs below its root', path: [{}, int, { ...int, subject: '/CN=Second' }, {}], host: 'test.com' },
  {
    name: 'a leaf of Ed25519 below RSA',
    path: [rsa(2048), { key: () => generateKeyPairSync('ed25519'), variant: 25519 }],
  },
  { name: "guide A's X.509 v1 root and leaf", path: [{ extensions: [] }, { extensions: [] }] },
  { name: 'an X.509 v1 intermediate', path: [{}, { ...int, extensions: [] }, {}], want: ['NotACa'] },
  { name: 'a leaf that issued', path: [{}, { ...int, extensions: leaf }, {}], want: ['NotACa'] },
  {
    name: 'a CA that may only sign CRLs',
    path: [{}, { ...int, extensions: ['basicConstraints=CA:TRUE', 'keyUsage=cRLSign'] }, {}],
    want: ['KeyUsageWrong'],
  },
  { name: 'the end of the period', path: [{}, {}], at: now.add({ hours: 24 * 30 - 3 }) },
  {
    name: 'the time after the period',
    path: [{}, {}],
    at: now.add({ hours: 24 * 31 }),
    want: ['CertificateExpired', 'CertificateExpired'],
  },
  {
    name: 'the time before the period',
    path: [{}, {}],
    at: now.subtract({ hours: 3 }),
    want: ['CertificateNotYetValid', 'CertificateNotYetValid'],
  },
  { name: 'a root whose path length is kept', path: [{ extensions: withPathLength(1) }, int, {}] },
  {
    name: 'a root whose path length is exceeded',
    path: [{ extensions: withPathLength(0) }, int, {}],
    want: ['PathLengthExceeded'],
  },
  {
    name: 'a CA of path length 0 as the last certificate',
    path: [{ extensions: withPathLength(0) }, { ...int, extensions: leaf }],
  },
  {
    name: 'an issuer below a root of path length 0',
    path: [{ extensions: withPathLength(0) }, int],
    purpose: 'issuer',
    want: ['PathLengthExceeded'],
  },
  { name: 'a leaf that is to issue', path: [{}, {}], purpose: 'issuer', want: ['NotACa'] },
  { name: 'a server leaf as a client', path: [{}, {}], purpose: 'client', want: ['ExtendedKeyUsageWrong'] },
  {
    name: 'a leaf for anything',
    path: [{}, { extensions: ['extendedKeyUsage=anyExtendedKeyUsage'] }],
    want: ['ExtendedKeyUsageWrong'],
  },
  {
    name: 'a leaf without extended key usage',
    path: [{}, { extensions: without(leaf, 'extended') }],
    purpose: 'client',
  },
  {
    name: 'a leaf whose key may not sign',
    path: [{}, { extensions: ['keyUsage=keyEncipherment'] }],
    purpose: 'client',
    want: ['KeyUsageWrong'],
  },
  {
    name: 'a CA for clients only',
    path: [{}, { ...int, extensions: [...ca, 'extendedKeyUsage=clientAuth'] }, {}],
    want: ['ExtendedKeyUsageWrong'],
  },
  {
    name: 'a critical extension that is unknown',
    path: [{}, { extensions: [...leaf, '1.2.3.4=critical,ASN1:NULL'] }],
    want: ['ExtensionUnsupported'],
  },
  { name: 'an unknown extension that is not critical', path: [{}, { extensions: [...leaf, '1.2.3.4=ASN1:NULL'] }] },
  {
    name: 'policies that say something only',
    path: [{}, { ...int, extensions: [...ca, 'certificatePolicies=1.2.3'] }, {}],
  },
  {
    name: 'critical policies',
    path: [{}, { ...int, extensions: [...ca, 'certificatePolicies=critical,1.2.3'] }, {}],
    want: ['ExtensionUnsupported'],
  },
  {
    name: 'rules of policies, even if they are not critical',
    path: [{}, { ...int, extensions: [...ca, 'policyConstraints=requireExplicitPolicy:5'] }, {}],
    want: ['ExtensionUnsupported'],
  },
  { name: 'a signature over SHA-1', path: [{}, { digest: 'sha1' }], want: ['SignatureWeak'] },
  { name: 'a root that is signed over SHA-1', path: [{ digest: 'sha1' }, {}] },
  { name: 'a key of RSA with 1024 bits', path: [{}, rsa(1024)], want: ['KeyWeak'] },
  {
    name: 'a key of a curve that TLS has not',
    path: [{}, { key: () => aKeyOfCurve('secp256k1'), variant: 256 }],
    want: ['KeyUnsupported'],
  },
  { name: 'a host that a wildcard covers', path: [{}, named('DNS:*.test.com')], host: 'www.test.com' },
  {
    name: 'a host two labels below a wildcard',
    path: [{}, named('DNS:*.test.com')],
    host: 'a.b.test.com',
    want: ['HostNotCovered'],
  },
  {
    name: 'a host that is the common name only',
    path: [{}, named('DNS:a.com')],
    host: 'test.com',
    want: ['HostNotCovered'],
  },
  { name: 'an address that is a name', path: [{}, named('IP:10.0.0.1')], host: '10.0.0.1' },
  {
    name: 'an address that is a DNS name',
    path: [{}, named('DNS:10.0.0.1')],
    host: '10.0.0.1',
    want: ['HostNotCovered'],
  },
  {
    name: 'an asterisk as the host',
    path: [{}, named('DNS:*.test.com')],
    host: '*.test.com',
    want: ['HostNotCovered'],
  },
  { name: 'a domain below a permitted one', path: [{}, constrained('permitted;DNS:com'), {}] },
  {
    name: 'a domain outside of the permitted ones',
    path: [{}, constrained('permitted;DNS:org,permitted;DNS:est.com'), {}],
    want: notPermitted,
  },
  { name: 'a form of names that is not constrained', path: [{}, constrained('permitted;email:test.com'), {}] },
  {
    name: 'an excluded domain',
    path: [{}, constrained('excluded;DNS:test.com'), named('DNS:a.TEST.com')],
    want: notPermitted,
  },
  {
    name: 'a common name outside of the permitted domains, where there is no alternative name',
    path: [{}, constrained('permitted;DNS:org'), { extensions: without(leaf, 'subjectAlt') }],
    want: notPermitted,
  },
  {
    name: 'constraints of the root',
    path: [{ extensions: [...ca, 'nameConstraints=excluded;DNS:test.com'] }, int, {}],
    want: notPermitted,
  },
  {
    name: 'an address within a permitted range',
    path: [{}, constrained('permitted;IP:10.0.0.0/255.0.0.0'), named('IP:10.1.2.3')],
  },
  {
    name: 'an address of the other family',
    path: [{}, constrained('permitted;IP:10.0.0.0/255.0.0.0'), named('IP:2001:db8::1')],
    want: notPermitted,
  },
  {
    name: 'a SPIFFE ID of a permitted trust domain',
    path: [{}, constrained('permitted;URI:cluster.local'), named('URI:spiffe://cluster.local/ns/a')],
  },
  {
    name: 'a SPIFFE ID of another trust domain',
    path: [{}, constrained('permitted;URI:cluster.local'), named('URI:spiffe://cluster.local.evil/a')],
    want: notPermitted,
  },
  {
    name: 'a mail address in the subject',
    path: [{}, constrained('permitted;email:a.com'), { subject: '/CN=x/emailAddress=me@b.com' }],
    want: notPermitted,
  },
];

describe('path validation', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());

  const make = (wishes: readonly Wish[]) => openssl.path(wishes);

  const validate = (made: readonly Made[], given: Partial<Case> = {}): PathResult => {
    const [root, ...below] = made.map(({ certificate }) => certificate);
    const certificate = below.pop();
    assert.ok(root !== undefined && certificate !== undefined);
    const { purpose = 'server', at = now.add({ seconds: 60 }), host } = given;
    return validatePath({ certificate, intermediates: below, anchors: [root], at, purpose, host });
  };

  for (const given of cases) {
    const { name, path, want = [], purpose = 'server', at = now.add({ seconds: 60 }) } = given;
    it(`${want.length === 0 ? 'accepts' : 'refuses'} ${name}`, () => {
      const made = make(path);
      assert.deepEqual(reasonsOf(validate(made, given)), want);
      if (want.length === 0 && purpose !== 'issuer') assert.equal(verifyByOpenssl(made, purpose, at), 'leaf.pem: OK\n');
    });
  }

  /** What we accept has to be what OpenSSL, and so NGINX and the gateway, accepts at Debian's security level. */
  const verifyByOpenssl = (made: readonly Made[], purpose: Purpose, at: Temporal.Instant): string => {
    openssl.write('root.pem', made[0]?.pem ?? '');
    openssl.write(
      'untrusted.pem',
      made
        .slice(1, -1)
        .map(({ pem }) => pem)
        .join(''),
    );
    openssl.write('leaf.pem', made.at(-1)?.pem ?? '');
    const untrusted = made.length > 2 ? '-untrusted untrusted.pem ' : '';
    const time = Math.floor(at.epochMilliseconds / 1000);
    return openssl.run(
      `verify -auth_level 2 -attime ${time} -purpose ssl${purpose} -CAfile root.pem ${untrusted}leaf.pem`,
    );
  };

  it('gives the chain from the leaf to the anchor, whatever the order of the intermediates', () => {
    const made = make([{}, int, { ...int, subject: '/CN=Second' }, {}]);
    const [root, first, second, last] = made.map(({ certificate }) => certificate);
    assert.ok(root && first && second && last);
    for (const intermediates of [
      [first, second],
      [second, first],
      [root, last, second, first, second],
    ]) {
      const result = validatePath({ certificate: last, intermediates, anchors: [root], at: now.add({ seconds: 60 }) });
      assert.deepEqual(result.ok && result.chain.map(({ subject }) => subject.text), [
        ...['CN=test.com', 'CN=Second', 'CN=Intermediate', 'CN=Root'],
      ]);
    }
  });

  it('says whose issuer is missing', () => {
    const [root, , last] = make([{}, int, {}]).map(({ certificate }) => certificate);
    assert.ok(root && last);
    assert.deepEqual(validatePath({ certificate: last, intermediates: [], anchors: [root], at: now }), {
      ok: false,
      findings: [
        {
          reason: 'ChainIncomplete',
          message: 'The issuer CN=Intermediate of the certificate CN=test.com is neither in the chain nor trusted',
        },
      ],
    });
  });

  it("refuses the signature of a CA's namesake, and finds the right one of several", () => {
    const [root, last] = make([{ extensions: anonymous }, { extensions: [...leaf, ...noKeyIds] }]);
    const [namesake] = make([{ extensions: anonymous, variant: 2 }]);
    assert.ok(root && last && namesake);
    const at = now.add({ seconds: 60 });
    const request = { certificate: last.certificate, intermediates: [], at };
    assert.deepEqual(reasonsOf(validatePath({ ...request, anchors: [namesake.certificate] })), ['SignatureWrong']);
    const anchors = [namesake.certificate, root.certificate];
    const result = validatePath({ ...request, anchors });
    assert.ok(result.ok && result.chain[1] === root.certificate);
  });

  it('goes over a cross certificate where the new root is not trusted', () => {
    const [oldRoot, newRoot] = [openssl.root({ subject: '/CN=Old' }), openssl.root({ subject: '/CN=New' })];
    const cross = openssl.issue(oldRoot, { subject: '/CN=New', extensions: ca, sameKeyAs: newRoot });
    const last = openssl.issue(newRoot);
    const intermediates = [newRoot.certificate, cross.certificate];
    const at = now.add({ seconds: 60 });
    const result = validatePath({ certificate: last.certificate, intermediates, anchors: [oldRoot.certificate], at });
    assert.deepEqual(result.ok && result.chain.length, 3);
  });

  it('gives up in a thicket of CAs that all issued each other, at once', () => {
    const namesake = { subject: '/CN=A', extensions: anonymous };
    const first = openssl.root(namesake);
    const keys = [0, 1, 2, 3, 4, 5].map((variant) => openssl.root({ ...namesake, variant }));
    const thicket = keys.flatMap((issuer, at) => {
      const subject = keys[(at + 1) % keys.length];
      const after = keys[(at + 2) % keys.length];
      return [subject, after].map((sameKeyAs) =>
        openssl.issue(issuer, { ...namesake, ...(sameKeyAs && { sameKeyAs }) }),
      );
    });
    const last = openssl.issue(keys[0] ?? first, { extensions: [...leaf, ...noKeyIds] });
    const begin = performance.now();
    const result = validatePath({
      certificate: last.certificate,
      intermediates: thicket.map(({ certificate }) => certificate),
      anchors: [openssl.root({ subject: '/CN=B' }).certificate],
      at: now,
    });
    assert.deepEqual(reasonsOf(result), ['PathTooComplex']);
    assert.ok(performance.now() - begin < 1000);
  });

  it('refuses more intermediates than it would look at', () => {
    const [root, last] = make([{}, {}]).map(({ certificate }) => certificate);
    assert.ok(root && last);
    const intermediates = Array.from({ length: 17 }, () => root);
    const result = validatePath({ certificate: last, intermediates, anchors: [root], at: now });
    assert.deepEqual(reasonsOf(result), ['TooManyCertificates']);
  });
});

function reasonsOf(result: PathResult): readonly string[] {
  return result.ok ? [] : result.findings.map(({ reason }) => reason);
}
