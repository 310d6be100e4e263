import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** How Flux judges a resource, kstatus itself says: test/argocd. */
describe('the examples for Flux', () => {
  const read = (file: string) => parse(readFileSync(`deploy/flux/${file}`, 'utf8'));

  it('wait for the operator, for each resource, and for the end of each', () => {
    const operator = read('operator.yaml');
    const resources = read('resources.yaml');
    assert.deepEqual(resources.spec.dependsOn, [{ name: operator.metadata.name }]);
    assert.deepEqual([operator.spec.wait, resources.spec.wait], [true, true]);
    assert.equal(resources.spec.deletionPolicy, 'WaitForTermination');
  });
});
