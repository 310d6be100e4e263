import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type CrlReason, toSerial } from '../../../src/pki/crl/draft.ts';
import type { KeyAlgorithm } from '../../../src/pki/keys/algorithm.ts';
import { aCrlDraft, signedBy } from '../../pki/crl/given.ts';
import { aCa, aClientDraft, aKeyPair, type GivenCa, issueFrom, now, requireFacts } from '../../pki/given.ts';

describe('openssl, of our lists of revoked certificates', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'crl-'));
  });
  after(() => rm(directory, { recursive: true }));

  const openssl = async (...parameters: readonly string[]) =>
    (await execa('openssl', parameters, { cwd: directory, reject: false, all: true })).all;

  const files = async (ca: GivenCa, crl: string, leaf: string) => {
    const all = { 'ca.crt': ca.certificatePem, 'ca.crl': crl, 'leaf.crt': leaf };
    for (const [file, text] of Object.entries(all)) await writeFile(join(directory, file), text);
  };

  const verifyAt = (at: Temporal.Instant) => {
    const lists = ['-crl_check_all', '-CRLfile', 'ca.crl', '-x509_strict', '-purpose', 'sslclient'];
    return openssl('verify', '-attime', String(at.epochMilliseconds / 1000), ...lists, '-CAfile', 'ca.crt', 'leaf.crt');
  };

  const algorithms: readonly KeyAlgorithm[] = [
    'ECDSA-P256',
    'ECDSA-P384',
    'ECDSA-P521',
    'Ed25519',
    'RSA-2048',
    'RSA-4096',
  ];
  for (const algorithm of algorithms) {
    it(`takes that of a CA of ${algorithm}, refuses who is on it, and everybody once it has ended`, async function () {
      this.timeout(60_000);
      const ca = await aCa(algorithm);
      const leaf = await issueFrom(ca, aClientDraft(ca, await aKeyPair('ECDSA-P256'), 'CLIENT'));
      const own = toSerial(requireFacts(leaf).serialNumber) ?? '';
      const listOf = (...serials: readonly string[]) =>
        new Map(serials.map((serial) => [serial, { revokedAt: now, reason: 'keyCompromise' as CrlReason }]));
      const draft = { number: 1_796_032_200n, nextUpdate: now.add({ hours: 24 }) };
      await files(ca, await signedBy(ca, aCrlDraft(ca, { ...draft, entries: listOf('7f') })), leaf);
      assert.match(await openssl('crl', '-in', 'ca.crl', '-noout', '-verify', '-CAfile', 'ca.crt'), /verify OK/);
      assert.equal(await verifyAt(now.add({ hours: 1 })), 'leaf.crt: OK');
      assert.match(await verifyAt(now.add({ hours: 25 })), /CRL has expired/);
      await files(ca, await signedBy(ca, aCrlDraft(ca, { ...draft, entries: listOf('7f', own) })), leaf);
      assert.match(await verifyAt(now.add({ hours: 1 })), /certificate revoked/);
    });
  }

  it('prints what we wrote', async () => {
    const ca = await aCa();
    const entries = new Map([['f0a1', { revokedAt: now, reason: 'superseded' as CrlReason }]]);
    const nextUpdate = Temporal.Instant.from('2050-01-01T00:00:00Z');
    await files(ca, await signedBy(ca, aCrlDraft(ca, { number: 255n, nextUpdate, entries })), '');
    const text = await openssl('crl', '-in', 'ca.crl', '-noout', '-text');
    const lines = text.split('\n').map((line) => line.trim());
    for (const line of [
      'Version 2 (0x1)',
      'Last Update: Nov 22 10:00:00 2026 GMT',
      'Next Update: Jan  1 00:00:00 2050 GMT',
      'Serial Number: F0A1',
      'X509v3 CRL Reason Code:',
      'Superseded',
      'X509v3 CRL Number:',
      '255',
    ])
      assert.ok(lines.includes(line), `${line} in ${text}`);
    assert.ok(!text.includes('critical'));
  });
});
