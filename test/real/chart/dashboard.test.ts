import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { stringify } from 'yaml';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensureDashboardJudge } from '../../../deploy/local/tools/dashboard.ts';
import { ensurePromtool } from '../../../deploy/local/tools/promtool.ts';
import { aGateway, dashboard, dashboardText } from '../../chart/chart-files.ts';
import { manifestsIn, useChart } from './chart.ts';

/** What Grafana puts in before it asks. */
const putIn: Readonly<Record<string, string>> = { $operator: 'system', $namespace: '.*', $__rate_interval: '2m' };

describe('the dashboard of the chart', () => {
  const chart = useChart();
  let promtool = '';
  let judge = '';
  before('install promtool and the schema of Grafana', async function () {
    this.timeout(10 * 60_000);
    const progress = printProgress(process.stderr);
    promtool = await ensurePromtool(progress);
    judge = await ensureDashboardJudge(progress);
    progress.done();
  });
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-dashboard-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const judged = (input: string) => execaSync(judge, { input, all: true, reject: false });

  it('fits the schema of Grafana', () => {
    const { exitCode, all } = judged(dashboardText);
    assert.equal(exitCode, 0, all);
  });

  it('would not with a field that Grafana does not know, or without one that it needs', () => {
    const { exitCode, all } = judged(JSON.stringify({ ...dashboard, colour: 'red' }));
    assert.equal(exitCode, 1);
    assert.ok(all.includes("unexpected field 'colour'"), all);
    assert.ok(judged(JSON.stringify({ ...dashboard, templating: undefined })).all.includes('templating: required'));
  });

  it('asks what Prometheus can answer', () => {
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.ok(queries.length > 20);
    const rules = queries.map((expr, at) => ({
      record: `panel_${at}`,
      expr: expr.replaceAll(/\$\w+/g, (name) => putIn[name] ?? name),
    }));
    const file = join(directory, 'panels.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    const { exitCode, all } = execaSync(promtool, ['check', 'rules', file], { all: true, reject: false });
    assert.equal(exitCode, 0, all);
    assert.ok(all.includes(`${queries.length} rules found`), all);
  });

  it('comes as a ConfigMap by whose label Grafana finds it, whole', () => {
    const metrics = { dashboard: { enabled: true } };
    const { stdout, stderr } = chart.template(stringify({ crds: { enabled: false }, gateways: [aGateway], metrics }));
    const found = manifestsIn(stdout).find(({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1');
    assert.ok(found !== undefined, stderr);
    assert.equal(found.kind, 'ConfigMap');
    assert.deepEqual(JSON.parse(found.data?.['mtls-operator.json'] ?? ''), dashboard);
  });
});
