import assert from 'node:assert/strict';
import { parseDuration, toMilliseconds } from '../../src/std/duration.ts';

describe('durations as Kubernetes writes them', () => {
  for (const { text, want } of [
    { text: '90s', want: 90 },
    { text: '5m', want: 300 },
    { text: '1h30m', want: 5400 },
    { text: '1h30m1s', want: 5401 },
    { text: '0s', want: 0 },
    { text: '999999h', want: 999_999 * 3600 },
  ]) {
    it(`${text} is ${want} seconds`, () => assert.equal(toMilliseconds(parseDuration(text)), want * 1000));
  }

  for (const text of [
    '',
    'h',
    '90',
    '1.5h',
    '-1h',
    '+1h',
    '1d',
    '1m1h',
    '1h 1m',
    '1h\n',
    '1000000h',
    '1H',
    'P1D',
    '1ms',
  ]) {
    it(`${JSON.stringify(text)} is none`, () => assert.throws(() => parseDuration(text), RangeError));
  }
});
