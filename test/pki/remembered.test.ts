import assert from 'node:assert/strict';
import { remembered } from '../../src/pki/remembered.ts';

describe('a reading that remembers', () => {
  let readings = 0;
  const read = (octets: Uint8Array) => {
    readings++;
    if (octets.length === 0) throw new Error('nothing to read');
    return { length: octets.length, first: octets[0] };
  };
  beforeEach(() => {
    readings = 0;
  });

  it('reads the same octets once, wherever they lie', () => {
    const reading = remembered(read);
    assert.equal(reading(Uint8Array.of(1, 2)), reading(Uint8Array.of(0, 1, 2).subarray(1)));
    assert.equal(readings, 1);
  });

  it('reads the same text once, and another one for itself', () => {
    const reading = remembered((text: string) => ({ text, readings: ++readings }));
    assert.equal(reading('one'), reading(['o', 'ne'].join('')));
    assert.deepEqual(reading('two'), { text: 'two', readings: 2 });
  });

  it('tells the reading the SHA-256 of what it reads', () => {
    const digestOf = remembered((_: string, sha256: string) => ({ sha256 }));
    assert.equal(digestOf('abc').sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('reads others for themselves', () => {
    const reading = remembered(read);
    assert.deepEqual(reading(Uint8Array.of(1, 2)), { length: 2, first: 1 });
    assert.deepEqual(reading(Uint8Array.of(3, 2)), { length: 2, first: 3 });
    assert.deepEqual(reading(Uint8Array.of(1, 2, 0)), { length: 3, first: 1 });
  });

  it('throws each time for what cannot be read', () => {
    const reading = remembered(read);
    assert.throws(() => reading(new Uint8Array()), /nothing to read/);
    assert.throws(() => reading(new Uint8Array()), /nothing to read/);
    assert.equal(readings, 2);
  });

  for (const { bound, others } of [
    { bound: 'many', others: Array.from({ length: 256 }, (_, index) => Uint8Array.of(1, index)) },
    { bound: 'large', others: Array.from({ length: 33 }, (_, index) => new Uint8Array(16 * 1024).fill(index)) },
  ]) {
    it(`forgets what was not asked for longest when others are too ${bound}`, () => {
      const reading = remembered(read);
      for (const octets of [Uint8Array.of(9), ...others, Uint8Array.of(9)]) reading(octets);
      assert.equal(readings, others.length + 2);
    });
  }
});
