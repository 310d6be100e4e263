import assert from 'node:assert/strict';
import type { Secret } from '../../src/model/kube-object.ts';
import { isFinding, readCertificate } from '../../src/plan/certificates/held.ts';
import { dnsNamesOf } from '../pki/given.ts';
import { caRequest, issued, serverRequest } from './given.ts';

const ca = await issued(caRequest);
const server = await issued(serverRequest, ca);

const aSecret = (data: Readonly<Record<string, string>>): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'shop', name: 'test-com-server' },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
});

const whole = { 'tls.crt': server.chainPem, 'tls.key': server.keyPem };

const { data: _, ...withoutData } = aSecret({});

describe('a certificate in a Secret', () => {
  it('is read with its key and what it says', () => {
    const held = readCertificate(aSecret(whole), true);
    assert.ok(!isFinding(held));
    assert.equal(held.chainPem, server.chainPem);
    assert.equal(held.keyPem, server.keyPem);
    assert.equal(held.facts.sha256Fingerprint, server.facts.sha256Fingerprint);
  });

  it('is the leaf, where a chain is there', () => {
    const held = readCertificate(aSecret({ ...whole, 'tls.crt': server.chainPem + ca.chainPem }), true);
    assert.ok(!isFinding(held));
    assert.deepEqual(dnsNamesOf(held.facts), serverRequest.dnsNames);
  });

  for (const { name, secret, wasIssued = true, want } of [
    { name: 'no Secret, where one was issued before', secret: undefined, want: 'SecretMissing' },
    { name: 'no Secret, and none before', secret: undefined, wasIssued: false, want: 'FirstIssue' },
    { name: 'a Secret without data', secret: withoutData, want: 'DataMissing' },
    { name: 'a Secret without a key', secret: aSecret({ 'tls.crt': server.chainPem }), want: 'DataMissing' },
    { name: 'a Secret without a certificate', secret: aSecret({ 'tls.key': server.keyPem }), want: 'DataMissing' },
    { name: 'an empty key', secret: aSecret({ ...whole, 'tls.key': '' }), want: 'DataMissing' },
    { name: 'text for a certificate', secret: aSecret({ ...whole, 'tls.crt': 'x' }), want: 'CertificateUnreadable' },
    {
      name: 'a key for a certificate',
      secret: aSecret({ ...whole, 'tls.crt': server.keyPem }),
      want: 'CertificateUnreadable',
    },
    {
      name: 'half a certificate',
      secret: aSecret({ ...whole, 'tls.crt': server.chainPem.slice(0, 300) }),
      want: 'CertificateUnreadable',
    },
    {
      name: 'what is not base64',
      secret: { ...aSecret(whole), data: { 'tls.crt': '***', 'tls.key': '***' } },
      want: 'DataMissing',
    },
  ]) {
    it(`is none in ${name}`, () => {
      const held = readCertificate(secret, wasIssued);
      assert.ok(isFinding(held));
      assert.equal(held.reason, want);
      assert.doesNotMatch(held.message, /PRIVATE|MII|\.$/);
    });
  }
});
