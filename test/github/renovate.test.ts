import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { actionlint } from '../../deploy/local/tools/actionlint.ts';
import { dashboardJudge } from '../../deploy/local/tools/dashboard.ts';
import { helm } from '../../deploy/local/tools/helm.ts';
import { kubeScore } from '../../deploy/local/tools/kube-score.ts';
import { kubeconform } from '../../deploy/local/tools/kubeconform.ts';
import { versions } from '../../deploy/local/versions.ts';
import renovate from '../../renovate.json' with { type: 'json' };

/** What each of our own expressions of renovate.json finds, as Renovate looks: in each file of its patterns. */
const found = renovate.customManagers.map(({ depNameTemplate: name, managerFilePatterns, matchStrings }) => {
  const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
  const files = globSync('{deploy,test}/**/*.ts').filter((file) => patterns.some((pattern) => pattern.test(file)));
  const values = files.flatMap((file) =>
    matchStrings.flatMap((one) => [...readFileSync(file, 'utf8').matchAll(new RegExp(one, 'g'))]),
  );
  return { name, values: values.map(({ groups }) => groups?.['currentValue'] ?? '') };
});

const tools = [helm, actionlint, dashboardJudge, kubeconform, kubeScore];

describe('renovate.json', () => {
  for (const { name, values } of found) {
    it(`finds ${name} in one place`, () => assert.equal(values.length, 1));
  }

  it('knows every version of the local environment but the oldest Go, which only rises when it must', () => {
    const { goLeast: _, ...pinned } = versions;
    const all = found.flatMap(({ values }) => values);
    for (const version of [...Object.values(pinned), ...tools.map((tool) => tool.version)])
      assert.ok(all.includes(version), version);
  });
});
