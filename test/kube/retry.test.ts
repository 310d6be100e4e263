import assert from 'node:assert/strict';
import { type Attempt, retryPause } from '../../src/kube/retry.ts';

const get: Attempt = { number: 1, idempotent: true, status: undefined, retryAfter: undefined };
const create: Attempt = { ...get, idempotent: false };

describe('the pause before a call is repeated', () => {
  const table: readonly { name: string; given: Attempt; want: number | undefined }[] = [
    { name: 'a read that got no answer', given: get, want: 200 },
    { name: 'its third try', given: { ...get, number: 3 }, want: 800 },
    { name: 'its fourth try, which is the last', given: { ...get, number: 4 }, want: undefined },
    { name: 'a read that met a restarting server', given: { ...get, status: 503 }, want: 200 },
    { name: 'a server that asks for time', given: { ...get, status: 429, retryAfter: '2' }, want: 2200 },
    { name: 'a server that asks for an hour', given: { ...get, status: 429, retryAfter: '3600' }, want: 10_200 },
    {
      name: 'a date for seconds',
      given: { ...get, status: 503, retryAfter: 'Sun, 22 Nov 2026 10:00:00 GMT' },
      want: 200,
    },
    { name: 'a creation that was turned away unread', given: { ...create, status: 429 }, want: 200 },
    { name: 'a creation that may have been carried out', given: create, want: undefined },
    { name: 'a creation that met a failing proxy', given: { ...create, status: 503 }, want: undefined },
    { name: 'a success', given: { ...get, status: 200 }, want: undefined },
    { name: 'a conflict', given: { ...get, status: 409 }, want: undefined },
    { name: 'an error inside the server', given: { ...get, status: 500 }, want: undefined },
  ];
  for (const { name, given, want } of table) {
    it(`is ${want === undefined ? 'none' : `${want} ms at most`} after ${name}`, () => {
      assert.equal(
        retryPause(given, () => 1),
        want,
      );
    });
  }
});
