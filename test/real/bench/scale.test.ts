import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../../bench/figure.ts';
import { benchScale } from '../../bench/scale/scale.ts';

const root = join(import.meta.dirname, '../../..');
const documents = ['docs/performance.md', 'docs/performance.zh-CN.md'];

/** Rows of the table of writes in the document: ``| `POST secrets` | 3 | why |``. */
function documentedWrites(document: string): Readonly<Record<string, number>> {
  const text = readFileSync(join(root, document), 'utf8');
  return Object.fromEntries(
    Array.from(text.matchAll(/^\| `([^`]+)` \| (\d+) \|/gm), ([, what = '', count]) => [what, Number(count)]),
  );
}

/** Counts only: how long something takes is for a quiet machine to say. */
describe('bench of scale, with 3 MtlsUpstreams', () => {
  let figures: ReadonlyMap<string, number>;

  before(async () => {
    const flags = [
      '--count',
      '3',
      '--settled',
      '12',
      '--churn',
      '1',
      '--only',
      'settled',
      '--only',
      'churn',
      '--only',
      'restart',
      '--only',
      'outage',
    ];
    const found: readonly Figure[] = await benchScale(flags);
    figures = new Map(found.map(({ name, value }) => [name.trim(), value]));
  });

  for (const document of documents) {
    it(`writes for each resource what ${document} says`, () => {
      const { 'PUT objects': puts = 0, ...writes } = documentedWrites(document);
      const seen = Object.fromEntries(Object.keys(writes).map((what) => [what, figures.get(what)]));
      assert.deepEqual(seen, writes);
      const total = Object.values(writes).reduce((sum, count) => sum + count, 0);
      assert.equal(figures.get('writes to the API server, each'), total);
      assert.equal(figures.get('writes to the Admin API, each'), puts);
    });
  }

  it('reconciles each resource at least once in a round of edits and deletions', () => {
    const reconciles = figures.get('1 rounds of edits and deletions: reconciles') ?? 0;
    assert.ok(reconciles >= 3, `${reconciles}`);
  });

  for (const turn of ['gone', 'back']) {
    it(`writes one status for each resource when the gateway is ${turn}, and an Event for each of its endpoints`, () => {
      assert.equal(figures.get(`gateway ${turn}: status writes, each`), 1);
      assert.equal(figures.get(`gateway ${turn}: other writes, in all`), 2);
    });
  }

  it('reconciles each resource once', () => assert.equal(figures.get('reconciles, each'), 1));

  for (const name of ['settled: writes to both APIs', 'restart: writes to both APIs', 'settled: reconciles']) {
    it(`counts none: ${name}`, () => assert.equal(figures.get(name), 0));
  }
});
