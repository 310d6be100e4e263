import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import type { KeyPair } from '../../src/pki/keys/key-pair.ts';
import { readKeyPair } from '../../src/pki/keys/key-pair.ts';
import { readPemCertificates } from '../../src/pki/path/pem-blocks.ts';
import { inspectCertificate, isIssuedBy, matches } from '../../src/pki/x509/inspect.ts';
import { toCertificatePem } from '../../src/pki/x509/pem.ts';
import { requireFacts } from './given.ts';

/** What a damaged text is held against. */
export interface Intact {
  readonly pem: string;
  readonly caPem: string;
  readonly key: KeyPair;
}

/** A certificate whose text was cut, overwritten or grown at some place. */
export function damagedPem({ pem }: Intact): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(pem.length), fc.nat(20), fc.string({ maxLength: 20 }))
    .map(([at, length, text]) => pem.slice(0, at) + text + pem.slice(at + length));
}

/** The same for its octets, up to three times; a length, a tag or a part that stands twice among them. */
export function damagedDer({ pem }: Intact): fc.Arbitrary<string> {
  const der: Uint8Array = new X509Certificate(pem).raw;
  const place = fc.nat(der.length - 1);
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc
      .constantFrom([0x80], [0xff], [0x84, 0xff, 0xff, 0xff, 0xff], [0x30, 0x80], [0x1f, 0xff, 0xff])
      .map((some) => Uint8Array.from(some)),
    fc.tuple(place, fc.nat(64)).map(([at, length]) => der.subarray(at, at + length)),
  );
  const damage = fc.tuple(place, fc.nat(4), octets);
  return fc.array(damage, { minLength: 1, maxLength: 3 }).map((all) => toCertificatePem(all.reduce(overwrite, der)));
}

function overwrite(der: Uint8Array, [at, length, octets]: readonly [number, number, Uint8Array]): Uint8Array {
  return Buffer.concat([der.subarray(0, at), octets, der.subarray(at + length)]);
}

/** A private key that was damaged as a certificate is. */
export function damagedKey({ key: { privateKeyPem: pem } }: Intact): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(pem.length), fc.nat(3), fc.string({ maxLength: 3 }))
    .map(([at, length, text]) => pem.slice(0, at) + text + pem.slice(at + length));
}

/** Facts where the damage hit what a parser cannot judge, else a finding; no throw, and no signature that still holds. */
export function survives(text: string, { pem, caPem, key }: Intact): void {
  const facts = inspectCertificate(text);
  if ('reason' in facts) assert.equal(facts.reason, 'CertificateUnreadable');
  const isWhole = !('reason' in facts) && facts.sha256Fingerprint === requireFacts(pem).sha256Fingerprint;
  assert.equal(isIssuedBy(text, caPem), isWhole);
  assert.ok(!isIssuedBy(caPem, text));
  if (isWhole) assert.ok(matches(key.privateKeyPem, text));
  const { certificates, findings } = readPemCertificates(text, 4);
  assert.ok(findings.length > 0 || (certificates.length >= 1 && certificates.length <= 2));
}

/** A finding, or a key pair, which may even be the one that it was. */
export function survivesAsKey(text: string): void {
  const read = readKeyPair(text);
  if ('reason' in read) assert.match(read.reason, /^(PrivateKeyUnreadable|KeyAlgorithmUnsupported)$/);
}
