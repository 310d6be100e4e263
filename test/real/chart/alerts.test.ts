import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { stringify } from 'yaml';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensurePromtool } from '../../../deploy/local/tools/promtool.ts';
import { type Alert, aGateway, alerts } from '../../chart/chart-files.ts';
import { alertCases } from './alert-cases.ts';
import { manifestsIn, specOf, useChart } from './chart.ts';

interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}

describe('the alerts of the chart', () => {
  const chart = useChart();
  let promtool = '';
  let directory: string;
  before('install promtool', async function () {
    this.timeout(5 * 60_000);
    const progress = printProgress(process.stderr);
    promtool = await ensurePromtool(progress);
    progress.done();
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-alerts-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const rulesOf = (values: object = {}) => {
    const metrics = { prometheusRule: { enabled: true, runbooks: 'https://runbooks.example/page' } };
    const all = { crds: { enabled: false }, gateways: [aGateway], metrics, ...values };
    const { stdout, stderr } = chart.template(stringify(all));
    assert.notEqual(stdout, '', stderr);
    return specOf<Rules>(manifestsIn(stdout), 'PrometheusRule');
  };
  let rules: Rules | undefined;
  const promtoolOn = (args: readonly string[], content: object) => {
    rules ??= rulesOf();
    writeFileSync(join(directory, 'rules.yml'), stringify(rules));
    writeFileSync(join(directory, 'tests.yml'), stringify(content));
    return execaSync(promtool, args, { cwd: directory, all: true, reject: false });
  };
  const test = (tests: readonly object[]) => {
    const { exitCode, all } = promtoolOn(['test', 'rules', 'tests.yml'], { rule_files: ['rules.yml'], tests });
    assert.equal(exitCode, 0, all);
  };
  const seriesOf = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).map(([series, values]) => ({ series, values }));

  it('are rules that Prometheus takes', () => {
    const { exitCode, all } = promtoolOn(['check', 'rules', 'rules.yml'], {});
    assert.equal(exitCode, 0, all);
    assert.ok(all?.includes(`${alerts.length} rules found`), all);
  });

  it('hold no name that was to be put in, and ask for their own release, as a shard for its own Lease', () => {
    const text = JSON.stringify(rulesOf());
    assert.doesNotMatch(text, /OPERATOR_|RUNBOOKS/);
    const shards = { users: ['system:serviceaccount:a:b'] };
    const shard = { shard: '1/3', admissionPolicies: { secretWriters: shards } };
    assert.ok(JSON.stringify(rulesOf(shard)).includes('name=\\"mtls-operator-shard-1-of-3\\"'));
  });

  it('have a case each', () =>
    assert.deepEqual(new Set(alertCases.map(({ alert }) => alert)), new Set(alerts.map(({ alert }) => alert))));

  for (const { alert, fires, at, labels, says, silent } of alertCases) {
    const rule = alerts.find((one) => one.alert === alert);
    const asked = (expected: readonly object[]) => [{ eval_time: `${at}m`, alertname: alert, exp_alerts: expected }];
    const { summary = '' } = rule?.annotations ?? {};
    const runbook_url = `https://runbooks.example/page#${alert.toLowerCase()}`;
    const expected = {
      exp_labels: { ...labels, severity: rule?.labels.severity },
      exp_annotations: { summary, description: says, runbook_url },
    };

    it(`${alert} fires on ${Object.keys(fires)[0]} ${Object.values(fires)[0]}`, () =>
      test([{ interval: '1m', input_series: seriesOf(fires), alert_rule_test: asked([expected]) }]));

    if (silent.length > 0)
      it(`${alert} does not fire on ${silent.length} others`, () => {
        const tests = silent.map((given) => ({
          interval: '1m',
          input_series: seriesOf(given),
          alert_rule_test: asked([]),
        }));
        test(tests);
      });
  }
});
