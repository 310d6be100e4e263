import assert from 'node:assert/strict';
import { readOnce } from '../../src/pki/read-once.ts';

describe('a reading that remembers', () => {
  let asked: string[];
  beforeEach(() => {
    asked = [];
  });
  const reading = () =>
    readOnce((text) => {
      asked.push(text);
      if (text === '') throw new Error('nothing to read');
      return { text };
    });

  it('reads a text once, and gives the same answer again', () => {
    const read = reading();
    assert.equal(read('a'), read('a'));
    assert.deepEqual(read('b'), { text: 'b' });
    assert.deepEqual(asked, ['a', 'b']);
  });

  it('tries again what threw', () => {
    const read = reading();
    for (let attempt = 0; attempt < 2; attempt += 1) assert.throws(() => read(''), /nothing to read/);
    assert.deepEqual(asked, ['', '']);
  });

  for (const { name, others } of [
    { name: 'many others', others: Array.from({ length: 256 }, (_, number) => `${number}`) },
    { name: 'a few large ones', others: ['x', 'y', 'z'].map((letter) => letter.repeat(250_000)) },
  ]) {
    it(`forgets a text for ${name}`, () => {
      const read = reading();
      for (const text of ['a', ...others, 'a']) read(text);
      assert.equal(asked.filter((text) => text === 'a').length, 2);
    });
  }
});
