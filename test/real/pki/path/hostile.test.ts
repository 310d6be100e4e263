import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeCa, judgeLeaf } from '../../../../src/pki/path/judge.ts';
import { readPemCertificates } from '../../../../src/pki/path/pem-blocks.ts';
import { readTrustBundle } from '../../../../src/pki/path/trust-bundle.ts';
import { validatePath } from '../../../../src/pki/path/validate.ts';
import { type Certificate, readCertificate } from '../../../../src/pki/x509/certificate.ts';
import { finish } from '../../../../src/std/steps.ts';
import { ca, leaf, Openssl } from '../../../pki/path/given.ts';

/** Certificates are made while the suites run, which may be long after this file was loaded. */
const at = Temporal.Now.instant().add({ hours: 2 });
/** In ms, generous for a machine that is busy with other things. */
const bound = 2000;

describe('hostile input', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());

  const names = <Of>(count: number, of: (index: number) => Of): readonly Of[] =>
    Array.from({ length: count }, (_, index) => of(index));
  const constraints = names(60, (index) => `permitted;DNS:${index}.com,excluded;email:${index}.org`).join(',');
  const root = openssl.root({
    extensions: [...ca, 'nameConstraints=permitted;DNS:test.com,excluded;DNS:evil.test.com'],
  });
  const int = openssl.issue(root, { subject: '/O=Acme/CN=Intermediate', extensions: ca });
  const server = openssl.issue(int, {
    extensions: [...leaf.slice(0, -1), 'subjectAltName=DNS:test.com,IP:10.0.0.1,URI:spiffe://a/b,email:a@b.c'],
  });
  const chain = [server, int, root].map(({ certificate }) => certificate);

  const validate = (certificates: readonly Certificate[]) => {
    const [certificate, intermediate, anchor] = certificates;
    if (certificate === undefined || intermediate === undefined || anchor === undefined) return undefined;
    return validatePath({ certificate, intermediates: [intermediate], anchors: [anchor], at, purpose: 'server' });
  };

  it('is measured against a chain that is accepted, but for the names that its root does not permit', () => {
    assert.equal(validate(chain)?.ok, true);
  });

  /** Octets that replace, come in between, or are left out, somewhere in one of the three. */
  const damage = fc.record({
    index: fc.nat(2),
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    removed: fc.nat(4),
    octets: fc.uint8Array({ maxLength: 4 }),
  });

  it('never makes a chain throw, and never one that is accepted with other signed octets', () =>
    fc.assert(
      fc.property(damage, ({ index, place, removed, octets }) => {
        const original = chain[index]?.der ?? new Uint8Array();
        const from = Math.floor(place * original.length);
        const der = Buffer.concat([original.subarray(0, from), octets, original.subarray(from + removed)]);
        const changed = readCertificate(der);
        if ('reason' in changed) return assert.equal(changed.reason, 'CertificateUnreadable');
        const result = validate(chain.map((one, other) => (other === index ? changed : one)));
        // What a trust anchor says of itself is believed, so only those below it are told by their signatures.
        if (index < 2 && !der.equals(original)) assert.equal(result?.ok, false);
      }),
      { numRuns: 3000 },
    ));

  it('never makes the judgement of a text throw, and is always found', () =>
    fc.assert(
      fc.property(
        fc.nat(server.pem.length + int.pem.length),
        fc.nat(30),
        fc.string({ maxLength: 8 }),
        (from, removed, text) => {
          const whole = server.pem + int.pem;
          const chainPem = whole.slice(0, from) + text + whole.slice(from + removed);
          const brought = { chainPem, privateKeyPem: server.keyPem, anchors: [root.certificate], at };
          const verdicts = judgeLeaf({ ...brought, purpose: 'server', hosts: ['test.com'] });
          const isWhole = readPemCertificates(chainPem, 3).certificates.map(({ der }) =>
            Buffer.from(der).toString('hex'),
          );
          const same =
            isWhole.join() ===
            [server, int].map(({ certificate }) => Buffer.from(certificate.der).toString('hex')).join();
          assert.ok(same || verdicts.some(({ severity }) => severity === 'hard'), chainPem);
          judgeCa({ ...brought, purposes: ['server'] });
          finish(readTrustBundle(chainPem, at));
        },
      ),
      { numRuns: 80 },
    ));

  it('is a finding as any octets at all', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        assert.ok('reason' in readCertificate(octets));
        assert.ok(readPemCertificates(Buffer.from(octets).toString('latin1'), 8).findings.length > 0);
      }),
      { numRuns: 500 },
    ));

  const begin = '-----BEGIN CERTIFICATE-----\n';
  for (const { name, text } of [
    { name: 'ten megabytes', text: 'A'.repeat(10 * 1024 * 1024) },
    { name: 'a megabyte of beginnings', text: begin.repeat(37_000) },
    { name: 'a megabyte of spaces in a block', text: begin + ' '.repeat(1_000_000) },
    { name: 'a megabyte of base64 in a block', text: begin + 'A'.repeat(1_000_000) },
    { name: 'a megabyte of damaged blocks', text: `${begin}${' A='.repeat(300)}\n`.repeat(1000) },
    { name: 'a megabyte of dashes', text: '-'.repeat(1_000_000) },
    { name: 'a megabyte of roots', text: root.pem.repeat(1_000_000 / root.pem.length) },
  ]) {
    it(`takes little time with ${name}`, () => {
      const start = performance.now();
      finish(readTrustBundle(text, at));
      judgeLeaf({ chainPem: text, privateKeyPem: text, anchors: [], at, purpose: 'client', hosts: [] });
      assert.ok(performance.now() - start < bound, `${performance.now() - start} ms`);
    });
  }

  it('takes little time with the most names below the most constraints', () => {
    const extensions = [...ca, `nameConstraints=${constraints}`];
    const [wide, ...middle] = openssl.path(names(6, (index) => ({ subject: `/CN=Wide ${index}`, extensions })));
    const many = names(500, (index) => `DNS:www.${index % 60}.com`).join(',');
    const issuer = middle.at(-1);
    assert.ok(wide !== undefined && issuer !== undefined);
    const last = openssl.issue(issuer, { extensions: [...leaf.slice(0, -1), `subjectAltName=${many}`] });
    const start = performance.now();
    const intermediates = middle.map(({ certificate }) => certificate);
    const result = validatePath({ certificate: last.certificate, intermediates, anchors: [wide.certificate], at });
    assert.deepEqual(result.ok, true);
    assert.ok(performance.now() - start < bound, `${performance.now() - start} ms`);
  });

  it('is refused where it has more names than are looked at', () => {
    const many = names(513, (index) => `DNS:${index}.com`).join(',');
    assert.throws(
      () => openssl.issue(root, { extensions: [...leaf.slice(0, -1), `subjectAltName=${many}`] }),
      /CertificateUnreadable/,
    );
  });
});
