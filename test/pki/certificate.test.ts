import assert from 'node:assert/strict';
import { generalizedTime, utcTime } from '../../src/pki/der/encode.ts';
import { readTree } from '../../src/pki/der/tree.ts';
import { readPemCertificates } from '../../src/pki/path/pem-blocks.ts';
import { readCertificate } from '../../src/pki/x509/certificate.ts';
import { readTime } from '../../src/pki/x509/encoded-certificate.ts';
import { inspectCertificate } from '../../src/pki/x509/inspect.ts';
import { derOf, Openssl } from './path/given.ts';

describe('a certificate that was read', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());

  it('keeps its octets, and not the pool of Node that they came in', () => {
    const pooled = derOf(openssl.root().pem);
    assert.ok(pooled.buffer.byteLength > pooled.byteLength, 'Node pools no longer');
    const read = readCertificate(pooled);
    assert.ok('der' in read);
    assert.deepEqual(Buffer.from(read.der), pooled);
    assert.equal(read.der.buffer.byteLength, read.der.byteLength);
  });

  it('is read once, as DER and in any text, whoever asks', () => {
    const { pem } = openssl.root();
    const read = inspectCertificate(pem);
    assert.ok('der' in read);
    assert.equal(inspectCertificate(`a\r\n${pem.replaceAll('\n', '\r\n')}b`), read);
    assert.equal(readCertificate(derOf(pem)), read);
    assert.deepEqual(readPemCertificates(pem + pem, 2).certificates, [read, read]);
  });

  it('is another where one octet of it differs, and its name and fingerprint are others then', () => {
    const { pem } = openssl.root();
    const [der, other] = [derOf(pem), derOf(pem)];
    other.write('Rook', other.indexOf('Root'));
    const [one, two] = [readCertificate(der), readCertificate(other)];
    assert.ok('der' in one && 'der' in two);
    assert.deepEqual([one.issuer.text, two.issuer.text], ['CN=Root', 'CN=Rook']);
    assert.notEqual(one.sha256Fingerprint, two.sha256Fingerprint);
    assert.equal(two.sha256Fingerprint, two.x509.fingerprint256.replaceAll(':', '').toLowerCase());
  });
});

describe('the times of a certificate', () => {
  for (const { der, want } of [
    { der: utcTime('491231235959Z'), want: '2049-12-31T23:59:59Z' },
    { der: utcTime('500101000000Z'), want: '1950-01-01T00:00:00Z' },
    { der: utcTime('280229000000Z'), want: '2028-02-29T00:00:00Z' },
    { der: generalizedTime('20500101000000Z'), want: '2050-01-01T00:00:00Z' },
    { der: generalizedTime('99991231235959Z'), want: '9999-12-31T23:59:59Z' },
    ...['290229000000Z', '491331235959Z', '491231245959Z', '491231236059Z', '491231235960Z'].map(utc),
    ...['4912312359Z', '491231235959', '491231235959+0000', '491231235959.5Z', '20491231235959Z', ''].map(utc),
    { der: generalizedTime('491231235959Z'), want: undefined },
  ]) {
    it(`are ${want ?? 'refused'} for ${Buffer.from(der).toString('latin1').slice(2)} of the tag ${der[0]}`, () =>
      assert.equal(readTime(readTree(der))?.toString(), want));
  }
});

function utc(text: string) {
  return { der: utcTime(text), want: undefined };
}
