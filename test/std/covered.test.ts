import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isCovered } from '../../src/std/covered.ts';

describe('what is wanted', () => {
  for (const { name, wanted, seen, is } of [
    { name: 'is there beside a default', wanted: { a: 1 }, seen: { a: 1, b: 2 }, is: true },
    { name: 'is there deep inside', wanted: { a: [{ b: 'c' }] }, seen: { a: [{ b: 'c', d: 0 }] }, is: true },
    { name: 'is not there with another value', wanted: { a: 1 }, seen: { a: 2 }, is: false },
    { name: 'is not there with another type', wanted: { a: 1 }, seen: { a: '1' }, is: false },
    { name: 'is not there without its field', wanted: { a: 1 }, seen: {}, is: false },
    { name: 'is not there in a list that is longer', wanted: [1], seen: [1, 2], is: false },
    { name: 'is not there in a list in another order', wanted: [1, 2], seen: [2, 1], is: false },
    { name: 'is not there where there is nothing', wanted: { a: 1 }, seen: undefined, is: false },
    { name: 'is not there where a list is an object', wanted: [1], seen: { 0: 1, length: 1 }, is: false },
  ]) {
    it(name, () => assert.equal(isCovered(wanted, seen), is));
  }

  it('is always there in itself', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isCovered(value, structuredClone(value))));
  });
});
