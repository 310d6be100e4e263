import assert from 'node:assert/strict';
import { execaSync } from 'execa';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensureKubeScore } from '../../../deploy/local/tools/kube-score.ts';
import { ensureKubeconform } from '../../../deploy/local/tools/kubeconform.ts';
import { ensureKubernetesSchemas, schemaVersions } from '../../../deploy/local/tools/kubernetes-schemas.ts';
import { goldenCases } from '../../harness/golden.ts';

/** What these renders leave to the API server, since their schemas are not of Kubernetes. */
const unknownKinds = ['ServiceMonitor', 'PodMonitor', 'PrometheusRule'];

/** Checks of kube-score that are not followed, and why. */
const notFollowed: Readonly<Record<string, string>> = {
  'container-image-pull-policy':
    'a tag is one release, and a digest can be named: a pod must start while the registry does not answer',
  'container-ephemeral-storage-request-and-limit':
    'it writes to memory only; a limit would count the logs that kubelet keeps, and evict the leader',
};
/** A limit of CPU makes the leader late for its Lease where a burst of work meets a node with idle cores. */
const noLimitOfCpu = '--ignore-container-cpu-limit';

/** What a case asks for, and kube-score rightly marks. */
const askedFor: Readonly<Record<string, readonly string[]>> = {
  openshift: [
    'container-security-context-readonlyrootfilesystem',
    'container-security-context-user-group-id',
    'pod-networkpolicy',
  ],
};

interface Scored {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
  }[];
}
/** Of 10: 1 is critical, 5 a warning. */
const critical = 1;

describe('the renders of the chart, judged by others', () => {
  let kubeconform = '';
  let kubeScore = '';
  let schemas = '';
  before('build the judges', async function () {
    this.timeout(15 * 60_000);
    const progress = printProgress(process.stderr);
    kubeconform = await ensureKubeconform(progress);
    kubeScore = await ensureKubeScore(progress);
    schemas = await ensureKubernetesSchemas(progress);
    progress.done();
  });

  const conform = (version: string, input: string) => {
    const location = `${schemas}/${version}/{{.ResourceKind}}{{.KindSuffix}}.json`;
    const args = ['-strict', '-kubernetes-version', version, '-schema-location', location];
    return execaSync(kubeconform, [...args, '-skip', unknownKinds.join(','), '-'], { input, all: true, reject: false });
  };
  const criticalIn = (input: string) => {
    const ignored = Object.keys(notFollowed).join(',');
    const args = ['score', '--output-format', 'json', noLimitOfCpu, '--ignore-test', ignored, '-'];
    const { stdout, stderr } = execaSync(kubeScore, args, { input, reject: false });
    assert.notEqual(stdout, '', stderr);
    return (JSON.parse(stdout) as readonly Scored[]).flatMap(({ checks }) =>
      checks.filter(({ grade, skipped }) => grade <= critical && !skipped).map(({ check }) => check.id),
    );
  };

  for (const { name, output } of goldenCases({ directory: 'chart', input: '.values.yaml', output: '.out.yaml' })) {
    for (const version of schemaVersions) {
      it(`${name} fits the schemas of Kubernetes ${version}`, () => {
        const { exitCode, all } = conform(version, output);
        assert.equal(exitCode, 0, all);
      });
    }

    it(`${name} has nothing critical by kube-score but what it asks for`, () =>
      assert.deepEqual(criticalIn(output).sort(), askedFor[name] ?? []));
  }

  it('would not fit with a field that Kubernetes does not know', () => {
    const [{ output } = { output: '' }] = goldenCases({
      directory: 'chart',
      input: '.values.yaml',
      output: '.out.yaml',
    });
    const { exitCode, all } = conform(schemaVersions[0] ?? '', output.replace('replicas: 3', 'copies: 3'));
    assert.equal(exitCode, 1);
    assert.ok(all.includes('copies'), all);
  });
});
