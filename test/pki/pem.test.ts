import assert from 'node:assert/strict';
import { certificatesIn, countCertificates, firstCertificate, toCertificatePem } from '../../src/pki/x509/pem.ts';

const pem = toCertificatePem(new Uint8Array(60));
const base64 = Buffer.alloc(60).toString('base64');

describe('the certificates in a text', () => {
  for (const { name, text, want } of [
    { name: 'nothing', text: '', want: [] },
    { name: 'one', text: pem, want: [base64] },
    { name: 'one of other line ends', text: pem.replaceAll('\n', '\r\n'), want: [base64] },
    { name: 'two with text between them', text: `${pem}a: b\n${pem}`, want: [base64, base64] },
    { name: 'one under a label of OpenSSL', text: pem.replaceAll('CERT', 'TRUSTED CERT'), want: [base64] },
    { name: 'a request for one', text: pem.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'), want: [] },
  ]) {
    it(`are ${want.length} in ${name}`, () => assert.deepEqual(certificatesIn(text), want));
  }

  for (const { name, damaged } of [
    { name: 'has no end', damaged: pem.slice(0, 60) },
    { name: 'ends as something else', damaged: pem.replace('END CERT', 'END X509 CERT') },
    { name: 'has other characters than base64', damaged: pem.replace('AAAA', 'A-AA') },
    { name: 'has no line of its own', damaged: pem.replaceAll('\n', ' ').replace('----- A', '-----A') },
  ]) {
    it(`are not forgotten where one ${name}, and it is equal to none`, () => {
      const [first, ...others] = certificatesIn(damaged);
      assert.ok(first !== undefined && first !== base64 && others.length === 0);
      assert.equal(firstCertificate(damaged), undefined);
      assert.equal(countCertificates(damaged), 1);
    });
  }
});
