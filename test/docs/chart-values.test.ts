import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { holdTable } from './hold-table.ts';
import { unexplained, valuesTables } from './values-table.ts';

const values = readFileSync('helm/mtls-operator/values.yaml', 'utf8');

describe('the values of the chart', () => {
  it('are each explained by a comment', () => assert.deepEqual(unexplained(values), []));

  it('are a table of its README, with the fields of a gateway', () => {
    const tables = valuesTables(values);
    for (const row of ['| `replicas` | `2` | ', '| `gateways[].adminUrl` |  | ', '| `crds.keep` | `true` | '])
      assert.ok(tables.includes(row), row);
    holdTable('helm/mtls-operator/README.md', 'values', tables);
  });

  it('are not explained by a comment that is missing, which this test would see', () => {
    assert.deepEqual(unexplained('## A\n\n# Said.\na: 1\nb: 2\n'), ['b']);
    assert.deepEqual(unexplained('## A\n\nlist: []\n#  # Said.\n#  - a: 1\n#    b: 2\n'), ['list', 'list[].b']);
  });
});
