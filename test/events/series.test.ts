import assert from 'node:assert/strict';
import { SeriesBook } from '../../src/events/series.ts';

const minute = 60_000;

describe('the book of what was told', () => {
  const told = (book: SeriesBook<string>, key: string, now: number) => {
    const verdict = book.judge(key, 'object', now);
    if (verdict.kind === 'first') book.begin(key, `event of ${key}`, now);
    return verdict;
  };

  it('tells a repeat at the second, fourth and eighth time, and counts the others', () => {
    const book = new SeriesBook<string>();
    assert.deepEqual(told(book, 'a', 0), { kind: 'first' });
    const again = Array.from({ length: 8 }, (_, index) => told(book, 'a', index));
    assert.deepEqual(
      again.map((verdict) => verdict.kind === 'again' && verdict.write && verdict.count),
      [2, false, 4, false, false, false, 8, false],
    );
  });

  it('begins another Event when nothing was heard for more than 6 minutes', () => {
    const book = new SeriesBook<string>();
    told(book, 'a', 0);
    assert.equal(told(book, 'a', 6 * minute).kind, 'again');
    assert.equal(told(book, 'a', 12 * minute + 1).kind, 'first');
  });

  it('begins anew what it was told to forget, but not what was begun since', () => {
    const book = new SeriesBook<string>();
    told(book, 'a', 0);
    book.forget('a', 'an event of before');
    assert.equal(told(book, 'a', 1).kind, 'again');
    book.forget('a', 'event of a');
    assert.equal(told(book, 'a', 2).kind, 'first');
  });

  it('gives one object 25 different ones at once, and one more every 5 minutes', () => {
    const book = new SeriesBook<string>();
    const kinds = (count: number, now: number) =>
      Array.from({ length: count }, (_, index) => told(book, `${now}-${index}`, now).kind);
    assert.deepEqual(new Set(kinds(25, 0)), new Set(['first']));
    assert.deepEqual(kinds(2, 1), ['flood', 'flood']);
    assert.deepEqual(kinds(2, 5 * minute + 1), ['first', 'flood']);
    assert.equal(book.judge('other', 'another object', 1).kind, 'first');
  });

  it('holds no more than some thousands, whatever comes', () => {
    const book = new SeriesBook<string>();
    for (let index = 0; index < 10_000; index += 1) {
      book.judge(`${index}`, `object ${index}`, 0);
      book.begin(`${index}`, '', 0);
    }
    assert.equal(book.judge('0', 'object 0', 0).kind, 'first');
    assert.equal(book.judge('9999', 'object 9999', 0).kind, 'again');
  });
});
