import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { KeyAlgorithm } from '../../../src/pki/keys/algorithm.ts';
import { LintedDraft } from '../../../src/pki/lint/linted-draft.ts';
import { isIssuedBy } from '../../../src/pki/x509/inspect.ts';
import {
  aCa,
  aClientDraft,
  aKeyPair,
  aServerDraft,
  type GivenCa,
  issueFrom,
  now,
  requireFacts,
  requirePathCertificate,
} from '../../pki/given.ts';

const label = 'a'.repeat(63);

describe('openssl', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pki-'));
  });
  after(() => rm(directory, { recursive: true }));

  const openssl = async (...parameters: readonly string[]) =>
    (await execa('openssl', parameters, { cwd: directory, reject: false, all: true })).all;

  const verify = async (caPem: string, leafPem: string, purpose: string) => {
    await writeFile(join(directory, 'ca.crt'), caPem);
    await writeFile(join(directory, 'leaf.crt'), leafPem);
    const atTime = ['-attime', String(now.epochMilliseconds / 1000)];
    return openssl('verify', '-x509_strict', ...atTime, '-purpose', purpose, '-CAfile', 'ca.crt', 'leaf.crt');
  };

  const print = async (pem: string) => {
    await writeFile(join(directory, 'printed.crt'), pem);
    const text = await openssl('x509', '-in', 'printed.crt', '-noout', '-text');
    return text.split('\n').map((line) => line.trim());
  };

  const chains: readonly { readonly ca: KeyAlgorithm; readonly leaf: KeyAlgorithm; readonly signature: string }[] = [
    { ca: 'ECDSA-P256', leaf: 'ECDSA-P256', signature: 'ecdsa-with-SHA256' },
    { ca: 'ECDSA-P384', leaf: 'RSA-2048', signature: 'ecdsa-with-SHA384' },
    { ca: 'ECDSA-P521', leaf: 'Ed25519', signature: 'ecdsa-with-SHA512' },
    { ca: 'Ed25519', leaf: 'ECDSA-P521', signature: 'ED25519' },
    { ca: 'RSA-2048', leaf: 'ECDSA-P384', signature: 'sha256WithRSAEncryption' },
    { ca: 'RSA-3072', leaf: 'RSA-4096', signature: 'sha256WithRSAEncryption' },
    { ca: 'RSA-4096', leaf: 'RSA-3072', signature: 'sha256WithRSAEncryption' },
  ];
  for (const { ca: caAlgorithm, leaf: leafAlgorithm, signature } of chains) {
    it(`accepts leaves of ${leafAlgorithm} under a CA of ${caAlgorithm}, strictly and in their own direction only`, async function () {
      this.timeout(30_000);
      const ca = await aCa(caAlgorithm);
      const key = await aKeyPair(leafAlgorithm);
      const server = await issueFrom(ca, aServerDraft(ca, key, ['test.com', '*.test.com']));
      const client = await issueFrom(ca, aClientDraft(ca, key, 'CLIENT'));
      assert.equal(await verify(ca.certificatePem, server, 'sslserver'), 'leaf.crt: OK');
      assert.equal(await verify(ca.certificatePem, client, 'sslclient'), 'leaf.crt: OK');
      assert.match(await verify(ca.certificatePem, server, 'sslclient'), /unsuitable certificate purpose/);
      assert.match(await verify(ca.certificatePem, client, 'sslserver'), /unsuitable certificate purpose/);
      assert.ok((await print(server)).includes(`Signature Algorithm: ${signature}`));
    });
  }

  it('accepts a leaf whose names are all too long for a subject', async () => {
    const ca = await aCa();
    const key = await aKeyPair('ECDSA-P256');
    const name = `${label}.${label}.${label}.${'a'.repeat(61)}`;
    const pem = await issueFrom(ca, aServerDraft(ca, key, [name]));
    assert.equal(await verify(ca.certificatePem, pem, 'sslserver'), 'leaf.crt: OK');
    const lines = await print(pem);
    assert.ok(lines.includes('Subject:'));
    assert.ok(lines.includes('X509v3 Subject Alternative Name: critical'));
  });

  it('accepts and shows a full subject and names of every type', async () => {
    const ca = await aCa();
    const pem = await issueFrom(
      ca,
      aServerDraft(ca, await aKeyPair('ECDSA-P256'), ['test.com'], {
        subject: { countryName: 'CN', stateOrProvinceName: 'Guangdong', organizationName: 'A, B', serialNumber: '7' },
        subjectAltNames: [
          { type: 'IP', value: '10.0.0.1' },
          { type: 'IP', value: '2001:db8::1' },
          { type: 'URI', value: 'spiffe://example.org/edge' },
          { type: 'email', value: 'edge@example.org' },
        ],
      }),
    );
    assert.equal(await verify(ca.certificatePem, pem, 'sslserver'), 'leaf.crt: OK');
    const lines = await print(pem);
    assert.ok(lines.includes('Subject: C = CN, ST = Guangdong, O = "A, B", CN = test.com, serialNumber = 7'));
    assert.equal(
      lineAfter('X509v3 Subject Alternative Name:', lines),
      'DNS:test.com, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:spiffe://example.org/edge, email:edge@example.org',
    );
  });

  it('accepts leaves within the name constraints of their CA, and agrees with the lint on those outside', async () => {
    const ca = await aCa('ECDSA-P256', { permittedDnsSubtrees: ['test.com', 'xn--bcher-kva.example'] });
    const key = await aKeyPair('ECDSA-P256');
    const server = await issueFrom(ca, aServerDraft(ca, key, ['test.com', '*.a.test.com', 'xn--bcher-kva.example']));
    const mail = { subjectAltNames: [{ type: 'email', value: 'a@b.c' }] } as const;
    const client = await issueFrom(ca, aClientDraft(ca, key, 'CLIENT', mail));
    assert.equal(await verify(ca.certificatePem, server, 'sslserver'), 'leaf.crt: OK');
    assert.equal(await verify(ca.certificatePem, client, 'sslclient'), 'leaf.crt: OK');
    const lines = await print(ca.certificatePem);
    assert.equal(lineAfter('X509v3 Name Constraints: critical', lines), 'Permitted:');
    assert.ok(lines.includes('DNS:test.com') && lines.includes('DNS:xn--bcher-kva.example'));

    const unaware: GivenCa = { ...ca, facts: { ...ca.facts, nameConstraints: undefined } };
    for (const { draft, as } of [
      { draft: (issuer: GivenCa) => aServerDraft(issuer, key, ['other.com']), as: 'sslserver' },
      { draft: (issuer: GivenCa) => aServerDraft(issuer, key, ['nottest.com']), as: 'sslserver' },
      { draft: (issuer: GivenCa) => aClientDraft(issuer, key, 'client.other.com', mail), as: 'sslclient' },
    ]) {
      const outside = await issueFrom(unaware, draft(unaware));
      assert.match(await verify(ca.certificatePem, outside, as), /permitted subtree violation/);
      assert.ok(!(LintedDraft.check(draft(ca)) instanceof LintedDraft));
    }
  });

  it('shows in a CA what guide A looks for, and the bits of a CA', async () => {
    const lines = await print((await aCa()).certificatePem);
    assert.ok(lines.includes('Subject: CN = ROOTCA, serialNumber = 0011223344556677'), lines.join('\n'));
    assert.equal(lineAfter('X509v3 Basic Constraints: critical', lines), 'CA:TRUE, pathlen:1');
    assert.equal(lineAfter('X509v3 Key Usage: critical', lines), 'Certificate Sign, CRL Sign');
  });

  for (const { algorithm, usage } of [
    { algorithm: 'ECDSA-P256', usage: 'Digital Signature' },
    { algorithm: 'Ed25519', usage: 'Digital Signature' },
    { algorithm: 'RSA-2048', usage: 'Digital Signature, Key Encipherment' },
  ] as const) {
    it(`shows in a server leaf of ${algorithm} its names, its direction and its key usage`, async () => {
      const ca = await aCa();
      const lines = await print(
        await issueFrom(ca, aServerDraft(ca, await aKeyPair(algorithm), ['test.com', '*.a.b'])),
      );
      assert.ok(lines.includes('Version: 3 (0x2)'));
      assert.ok(lines.includes('Subject: CN = test.com'));
      assert.equal(lineAfter('X509v3 Subject Alternative Name:', lines), 'DNS:test.com, DNS:*.a.b');
      assert.equal(lineAfter('X509v3 Extended Key Usage:', lines), 'TLS Web Server Authentication');
      assert.equal(lineAfter('X509v3 Key Usage: critical', lines), usage);
      assert.equal(lineAfter('X509v3 Basic Constraints: critical', lines), 'CA:FALSE');
      assert.ok(lines.includes('Not Before: Nov 22 09:55:00 2026 GMT'));
      assert.ok(lines.includes('Not After : Feb 20 09:54:59 2027 GMT'));
    });
  }

  it('makes certificates that are read as it prints them: version 1, foreign names, several directions', async () => {
    await openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-nodes', '-days', '36500'],
      ...['-keyout', 'foreign.key', '-out', 'foreign.crt', '-subj', '/C=CN/O=a, b/OU=x=y\x1b[2J/CN=first/CN=second'],
      ...['-addext', 'extendedKeyUsage=serverAuth,clientAuth'],
      ...['-addext', 'subjectAltName=DNS:a.com,IP:10.0.0.1,IP:2001:db8::1,email:a@b.c,URI:spiffe://a/b,RID:1.2.3'],
    );
    const pem = await openssl('x509', '-in', 'foreign.crt');
    const facts = requireFacts(pem);
    assert.equal(requirePathCertificate(pem).subject.text, 'C=CN,O=a\\, b,OU=x\\=y\\1b[2J,CN=first,CN=second');
    assert.equal(facts.commonName, 'second');
    assert.equal(facts.keyAlgorithm, 'ECDSA-P521');
    assert.equal(facts.usage, undefined);
    assert.deepEqual(
      facts.subjectAltNames.map(({ type, value }) => `${type} ${value}`),
      ['DNS a.com', 'IP 10.0.0.1', 'IP 2001:db8:0:0:0:0:0:1', 'email a@b.c', 'URI spiffe://a/b', 'other [8]'],
    );
  });

  it('makes certificates as guide A has them, which are read and say nothing of their use', async () => {
    await openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'v1.key',
      '-out',
      'v1.csr',
      '-subj',
      '/CN=test.com',
    );
    await openssl('x509', '-req', '-in', 'v1.csr', '-signkey', 'v1.key', '-days', '36500', '-out', 'v1.crt');
    const pem = await openssl('x509', '-in', 'v1.crt');
    const { commonName, isCa, usage, subjectAltNames, subjectKeyId, keyAlgorithm } = requireFacts(pem);
    assert.deepEqual(
      { commonName, isCa, usage, subjectAltNames, subjectKeyId, keyAlgorithm },
      {
        ...{ commonName: 'test.com', isCa: false, usage: undefined, subjectAltNames: [] },
        ...{ subjectKeyId: undefined, keyAlgorithm: 'RSA-2048' },
      },
    );
    assert.ok(isIssuedBy(pem, pem));
  });
});

function lineAfter(heading: string, lines: readonly string[]): string | undefined {
  return lines[lines.indexOf(heading) + 1];
}
