import assert from 'node:assert/strict';
import { splitPem } from '../../src/pki/pem.ts';
import { randomGenerationSerial, randomSerialNumber } from '../../src/pki/serial-number.ts';
import { aCa } from './given.ts';

describe('splitting a bundle', () => {
  it('gives each certificate in its order, whatever stands between them', async () => {
    const [one, other] = [(await aCa()).certificatePem, (await aCa()).certificatePem];
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    assert.deepEqual(splitPem(`# one\r\n${one.replaceAll('\n', '\r\n')}${key}${other.trimEnd()}`), [one, other]);
  });

  it('gives none where there is none', () => assert.deepEqual(splitPem('no certificate'), []));

  it('has a finding for a bundle that no Secret could hold', () => {
    const split = splitPem('-----BEGIN CERTIFICATE-----\n'.repeat(100_000));
    assert.ok('reason' in split);
    assert.equal(split.reason, 'BundleTooLarge');
  });
});

describe('serial numbers', () => {
  for (const octet of [0x00, 0x7f, 0x80, 0xff]) {
    it(`are positive and have 16 octets where chance gives ${octet} only`, () => {
      const [first = 0, ...rest] = randomSerialNumber((count) => new Uint8Array(count).fill(octet));
      assert.ok(first >= 0x40 && first < 0x80);
      assert.deepEqual(rest, Array(15).fill(octet));
    });
  }

  it('of CA generations have 16 hex digits', () =>
    assert.equal(
      randomGenerationSerial((count) => new Uint8Array(count)),
      '0'.repeat(16),
    ));
});
