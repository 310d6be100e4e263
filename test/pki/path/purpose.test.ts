import assert from 'node:assert/strict';
import { checkExtendedKeyUsage, checkIsCa, checkLeafUsage } from '../../../src/pki/path/purpose.ts';
import type { Certificate } from '../../../src/pki/x509/certificate.ts';
import { Openssl } from './given.ts';

/** Numbers of RFC 5280 4.2.1.3. */
const bit = {
  digitalSignature: 0,
  contentCommitment: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
};
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const purposes = ['server', 'client', 'issuer'] as const;
const anyExtendedKeyUsage = '2.5.29.37.0';

describe('what a certificate may be used for', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());
  const { certificate: root } = openssl.root();
  /** Which says nothing of its use. */
  const plain: Certificate = {
    ...root,
    basicConstraints: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
  };

  for (const { usage, server, client } of [
    { usage: 'digitalSignature', server: true, client: true },
    { usage: 'contentCommitment', server: false, client: false },
    { usage: 'keyEncipherment', server: true, client: false },
    { usage: 'dataEncipherment', server: false, client: false },
    { usage: 'keyAgreement', server: true, client: true },
    { usage: 'keyCertSign', server: false, client: false },
    { usage: 'cRLSign', server: false, client: false },
  ] as const) {
    it(`by ${usage} is: server ${server}, client ${client}, who issues true`, () => {
      const leaf: Certificate = { ...plain, keyUsage: [bit[usage]] };
      assert.deepEqual(
        purposes.map((purpose) => checkLeafUsage(leaf, purpose) === undefined),
        [server, client, true],
      );
    });
  }

  it('is anything where it does not say', () => {
    for (const purpose of purposes) {
      assert.equal(checkLeafUsage(plain, purpose), undefined);
      assert.equal(checkExtendedKeyUsage(plain, purpose), undefined);
    }
  });

  for (const { name, ids, server, client } of [
    { name: 'serverAuth', ids: [serverAuth], server: true, client: false },
    { name: 'clientAuth', ids: [clientAuth], server: false, client: true },
    { name: 'both', ids: [serverAuth, clientAuth], server: true, client: true },
    { name: 'anyExtendedKeyUsage', ids: [anyExtendedKeyUsage], server: false, client: false },
    { name: 'nothing', ids: [], server: false, client: false },
  ]) {
    it(`by ${name} is: server ${server}, client ${client}, who issues true`, () => {
      const extended: Certificate = { ...plain, extendedKeyUsage: ids };
      assert.deepEqual(
        purposes.map((purpose) => checkExtendedKeyUsage(extended, purpose) === undefined),
        [server, client, true],
      );
    });
  }

  const ca = { isCa: true, pathLength: undefined };
  for (const { name, certificate, isAnchor, want } of [
    { name: 'a CA', certificate: { ...plain, basicConstraints: ca }, isAnchor: false, want: undefined },
    {
      name: 'a CA that signs certificates',
      certificate: { ...plain, basicConstraints: ca, keyUsage: [bit.keyCertSign] },
      isAnchor: false,
      want: undefined,
    },
    {
      name: 'a CA that signs revocations only',
      certificate: { ...plain, basicConstraints: ca, keyUsage: [bit.cRLSign, bit.keyAgreement] },
      isAnchor: true,
      want: 'KeyUsageWrong',
    },
    {
      name: 'a leaf',
      certificate: { ...plain, basicConstraints: { ...ca, isCa: false } },
      isAnchor: true,
      want: 'NotACa',
    },
    { name: 'version 3 that does not say', certificate: plain, isAnchor: true, want: 'NotACa' },
    { name: 'an anchor of version 1', certificate: { ...plain, version: 1 }, isAnchor: true, want: undefined },
    { name: 'an anchor of version 2', certificate: { ...plain, version: 2 }, isAnchor: true, want: undefined },
    { name: 'version 1 below an anchor', certificate: { ...plain, version: 1 }, isAnchor: false, want: 'NotACa' },
    {
      name: 'an anchor of version 1 that somebody else issued',
      certificate: { ...plain, version: 1, isSelfIssued: false },
      isAnchor: true,
      want: 'NotACa',
    },
  ]) {
    it(`of ${name}, taken for a CA, is: ${want}`, () => assert.equal(checkIsCa(certificate, isAnchor)?.reason, want));
  }
});
