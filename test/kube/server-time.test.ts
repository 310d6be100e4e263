import assert from 'node:assert/strict';
import { ServerTime } from '../../src/kube/server-time.ts';

describe('the time of the API server', () => {
  let milliseconds: number;
  let time: ServerTime;
  beforeEach(() => {
    milliseconds = 0;
    time = new ServerTime(() => milliseconds);
  });

  it('is not known before its first answer', () => assert.equal(time.now(), undefined));

  it('goes on between two answers by a clock that nobody sets', () => {
    time.note('Sun, 29 Nov 2026 12:00:00 GMT');
    milliseconds = 90_500;
    assert.equal(`${time.now()}`, '2026-11-29T12:01:30.5Z');
  });

  it('is as old as the last answer', () => {
    assert.equal(time.age, Number.POSITIVE_INFINITY);
    time.note('Sun, 29 Nov 2026 12:00:00 GMT');
    milliseconds = 90_500;
    assert.equal(time.age, 90_500);
  });

  it('is that of the last answer', () => {
    time.note('Sun, 29 Nov 2026 12:00:00 GMT');
    time.note('Sun, 29 Nov 2026 13:00:00 GMT');
    assert.equal(`${time.now()}`, '2026-11-29T13:00:00Z');
  });

  for (const { what, header } of [
    { what: 'is missing', header: undefined },
    { what: 'is a list', header: ['a', 'b'] },
    { what: 'is no date', header: 'soon' },
  ]) {
    it(`stays what it was where the header ${what}`, () => {
      time.note('Sun, 29 Nov 2026 12:00:00 GMT');
      time.note(header);
      assert.equal(`${time.now()}`, '2026-11-29T12:00:00Z');
    });
  }
});
