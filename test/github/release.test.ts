import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };

const read = (file: string) => parse(readFileSync(file, 'utf8'));
const { env, jobs } = read('.github/workflows/release.yml');
const { repository } = read('helm/mtls-operator/values.yaml').image;

describe('a release', () => {
  it('has one version: of the package, the chart, what the chart runs and what the base runs', () => {
    const { version, appVersion } = read('helm/mtls-operator/Chart.yaml');
    assert.deepEqual([version, appVersion], [packageJson.version, packageJson.version]);
    const [container] = read('deploy/base/operator/deployment.yaml').spec.template.spec.containers;
    assert.equal(container.image, `${repository}:${packageJson.version}`);
  });

  it('pushes the image to where the chart looks for it', () => assert.equal(env.IMAGE, repository));

  it('waits for CI, and CI runs what everybody runs', () => {
    assert.equal(jobs.ci.uses, './.github/workflows/ci.yml');
    assert.ok(jobs.image.needs.includes('ci'));
    assert.ok(jobs.chart.needs.includes('image'));
    const { steps } = read('.github/workflows/ci.yml').jobs.run;
    assert.equal(steps.at(-1).run, '.ci/run');
  });
});
