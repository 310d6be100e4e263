import assert from 'node:assert/strict';
import { randomGenerationSerial, randomSerialNumber } from '../../src/pki/issue/serial-number.ts';

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
