import assert from 'node:assert/strict';
import { dashboard, dashboardText } from './chart-files.ts';
import { knownMetrics, metricsIn } from './known-metrics.ts';

const { panels, templating } = dashboard;
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** What a scrape adds, and a histogram. */
const ofScrape = ['namespace', 'pod', 'instance', 'le'];

describe('the dashboard of the chart', () => {
  it('asks only for metrics that there are', async () => {
    const known = await knownMetrics();
    const asked = [...queries, ...templating.list.map(({ query }) => JSON.stringify(query))].flatMap(metricsIn);
    assert.ok(asked.length > 20);
    assert.deepEqual(
      asked.filter((name) => !known.has(name) && name !== 'label_values'),
      [],
    );
  });

  for (const { title, targets = [] } of panels) {
    for (const { expr, legendFormat = '' } of targets) {
      it(`groups and shows ${title} by labels that its metrics have`, async () => {
        const known = await knownMetrics();
        const there = [...ofScrape, ...metricsIn(expr).flatMap((name) => known.get(name) ?? [])];
        const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
        const selected = [...expr.matchAll(/\b(\w+)(?:=~|!~|!=|=)"/g)].map(([, name = '']) => name);
        const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
        const missing = [...grouped, ...selected, ...shown].filter((label) => !there.includes(label));
        // What is shown must survive the grouping.
        const lost = grouped.length === 0 ? [] : shown.filter((label) => !grouped.includes(label));
        assert.deepEqual([missing, lost], [[], []]);
      });
    }
  }

  it('uses each of its variables, and no other', () => {
    const used = new Set([...dashboardText.matchAll(/\$\{?([a-z]+)\b/g)].map(([, name = '']) => name));
    assert.deepEqual([...used].sort(), templating.list.map(({ name }) => name).sort());
  });

  it('explains each panel, and asks the Prometheus that was chosen', () => {
    for (const { type, title, description, datasource } of panels) {
      if (type === 'row') continue;
      assert.match(description ?? '', /\.$/, title);
      assert.equal(datasource?.uid, `\${datasource}`);
    }
  });

  it('has each panel once, within 24 columns and beside the others', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length);
    for (const { gridPos } of panels) assert.ok(gridPos.x + gridPos.w <= 24);
  });
});
