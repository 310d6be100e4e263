import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damagedDer, damagedKey, damagedPem, type Intact, survives, survivesAsKey } from '../../pki/damage.ts';
import { aCa, aKeyPair, aServerDraft, issueFrom } from '../../pki/given.ts';

/** Milliseconds for one text and MiB for all: a reader that grows with what it is given would leave both far behind. */
const longest = 500;
const largest = 512;

/** The least of ten, where it is more than it may be: on a busy machine others have their turn in between. */
function milliseconds(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 10 && least >= longest; run += 1) {
    const begin = performance.now();
    work();
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}

describe('reading 50,000 damaged texts', () => {
  let intact: Intact;

  before(async () => {
    const ca = await aCa();
    const key = await aKeyPair('ECDSA-P256');
    const pem = await issueFrom(ca, aServerDraft(ca, key, ['test.com', '*.test.com']));
    intact = { pem, caPem: ca.certificatePem, key };
  });

  for (const { what, count, damaged, check } of [
    { what: 'PEM', count: 15_000, damaged: damagedPem, check: survives },
    { what: 'DER', count: 30_000, damaged: damagedDer, check: survives },
    { what: 'private keys', count: 5_000, damaged: damagedKey, check: survivesAsKey },
  ]) {
    it(`ends with a finding or with facts for ${count} of ${what}, each in bounded time and all in bounded memory`, () => {
      const before = process.memoryUsage().rss;
      let slowest = 0;
      fc.assert(
        fc.property(damaged(intact), (text) => {
          slowest = Math.max(
            slowest,
            milliseconds(() => check(text, intact)),
          );
        }),
        { numRuns: count },
      );
      assert.ok(slowest < longest, `the slowest took ${Math.round(slowest)} ms`);
      const grown = (process.memoryUsage().rss - before) / 1024 ** 2;
      assert.ok(grown < largest, `the process grew by ${Math.round(grown)} MiB`);
    });
  }
});
