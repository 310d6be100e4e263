import assert from 'node:assert/strict';
import { readCertificate } from '../../../src/pki/path/certificate.ts';
import { derOf, Openssl } from './given.ts';

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
});
