import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const pages = [
  { page: 'docs/threat-model.md', test: 'Test' },
  { page: 'docs/threat-model.zh-CN.md', test: '测试' },
];
const testsIn = (text: string) => [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? '');

/** Rows of the tables whose last column names tests. */
function abuses(page: string, test: string): readonly string[] {
  const tables = readFileSync(page, 'utf8')
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line.startsWith('|')));
  return tables.flatMap(([head = '', _, ...rows]) => (head.endsWith(`| ${test} |`) ? rows : []));
}

describe('the threat model', () => {
  for (const { page, test } of pages) {
    it(`names for each abuse tests that there are (${page})`, () => {
      const rows = abuses(page, test);
      assert.ok(rows.length > 20);
      assert.deepEqual(
        rows.filter((row) => testsIn(row).length === 0),
        [],
      );
      assert.deepEqual(
        rows.flatMap(testsIn).filter((path) => !existsSync(path)),
        [],
      );
    });
  }

  it('is the same in both languages', () => {
    const [english, chinese] = pages.map(({ page, test }) => abuses(page, test).map(testsIn));
    assert.deepEqual(chinese, english);
  });
});
