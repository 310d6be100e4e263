import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { holdTable } from '../docs/hold-table.ts';
import { played, rowsTable, surprisesTable } from './document.ts';
import { surprises } from './surprises.ts';
import { rowsFor } from './table.ts';

const page = 'docs/conformance.md';

describe('the conformance table', () => {
  for (const [profile, gateway] of Object.entries(played)) {
    it(`has no two rows of one name for ${profile}`, () => {
      const names = rowsFor(gateway).map(({ section, row }) => `${section}: ${row}`);
      assert.deepEqual(
        names.filter((name, at) => names.indexOf(name) !== at),
        [],
      );
    });
  }

  it('says of each section for which profiles nobody measured it', () => {
    const sources = rowsTable().match(/^From: .*$/gm) ?? [];
    assert.ok(sources.length > 0);
    for (const source of sources) {
      assert.match(source, /; assumed of .*(ee-3\.10|apisix-3\.19)/);
      assert.doesNotMatch(source, /; assumed of .*apisix-3\.18/);
    }
  });

  it('holds on to every surprise, or says why it cannot', () => {
    const held = new Set(
      Object.values(played)
        .flatMap(rowsFor)
        .map(({ surprise }) => surprise),
    );
    const free = surprises.flatMap(({ unasked }, at) => (unasked === undefined && !held.has(at + 1) ? [at + 1] : []));
    assert.deepEqual(free, []);
    assert.equal(surprises.length, 19);
  });

  for (const [
    at,
    {
      test: [file, sentence],
    },
  ] of surprises.entries()) {
    it(`names a test of the operator for surprise ${at + 1}`, () =>
      assert.ok(readFileSync(file, 'utf8').includes(sentence), `${file}: ${sentence}`));
  }

  for (const [name, table] of Object.entries({ rows: rowsTable(), surprises: surprisesTable() })) {
    it(`${page} has the ${name}`, () => holdTable(page, name, table));
  }
});
