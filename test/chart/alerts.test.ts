import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { explain } from '../../src/api/reasons/catalogue.ts';
import { type Alert, alerts } from './chart-files.ts';
import { knownMetrics, metricsIn } from './known-metrics.ts';

const pages = ['docs/runbooks.md', 'docs/runbooks.zh-CN.md'];
const sectionsOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^## (\w+)\n\n\*\*(\w+)/gm)].map(([, name = '', severity = '']) => ({
    name,
    severity: severity.toLowerCase(),
  }));
/** What a scrape adds. */
const ofScrape = ['namespace', 'pod', 'instance'];

describe('the alerts of the chart', () => {
  it('name only reasons and conditions that there are', () => {
    const named = alerts.flatMap(({ expr }) => [...expr.matchAll(/reason(?:=~|!~|=)"([^"]+)"/g)]);
    const reasons = named.flatMap(([, list = '']) => list.split('|'));
    assert.ok(reasons.length > 2);
    assert.deepEqual(
      reasons.filter((reason) => explain(reason).length === 0),
      [],
    );
  });

  it('have a name of their own each', () => {
    assert.ok(alerts.length > 5);
    assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
  });

  for (const page of pages) {
    it(`have a section in ${page} each, with their severity, and no other has one`, () =>
      assert.deepEqual(
        sectionsOf(page),
        alerts.map(({ alert, labels }) => ({ name: alert, severity: labels.severity })),
      ));
  }

  for (const { alert, expr, labels, annotations } of alerts) {
    describe(alert, () => {
      it('says how bad it is, what it is, of whom, and where its runbook is', () => {
        assert.ok(['critical', 'warning'].includes(labels.severity));
        assert.match(annotations.summary, /^[A-Z][^{}]+[^.]$/);
        assert.match(annotations.description, /\.$/);
        assert.equal(annotations.runbook_url, `RUNBOOKS#${alert.toLowerCase()}`);
      });

      it('asks for metrics and labels that there are', async () => {
        const known = await knownMetrics();
        const named = metricsIn(expr);
        assert.notEqual(named.length, 0);
        for (const name of named) assert.ok(known.has(name), name);
        const there = [...ofScrape, ...named.flatMap((name) => known.get(name) ?? [])];
        assert.deepEqual(
          labelsIn({ expr, annotations }).filter((label) => !there.includes(label)),
          [],
        );
      });
    });
  }
});

/** By which an alert groups, selects or speaks. */
function labelsIn({ expr, annotations }: Pick<Alert, 'expr' | 'annotations'>): readonly string[] {
  const grouped = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const selected = [...expr.matchAll(/\b(\w+)(?:=~|!~|!=|=)"/g)].map(([, name = '']) => name);
  const told = [...annotations.description.matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name);
  return [...grouped, ...selected, ...told];
}
