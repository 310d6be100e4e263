import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { guideBlocks } from '../argocd/guide.ts';

const read = (file: string) => parse(readFileSync(file, 'utf8'));

/** What docs/gitops.md says of the examples; that they work, a real Argo CD shows: test/argocd. */
describe('the examples for GitOps', () => {
  const waveOf = (file: string) =>
    Number(read(`deploy/argocd/app-of-apps/${file}`).metadata.annotations['argocd.argoproj.io/sync-wave']);

  for (const later of ['resources.yaml', 'teams.yaml']) {
    it(`bring ${later} after the operator, so that it goes before it`, () =>
      assert.ok(waveOf(later) > waveOf('operator.yaml')));
  }

  for (const file of globSync('deploy/argocd/{root.yaml,app-of-apps/*.yaml}').sort()) {
    it(`take away what they brought, and mend what was edited: ${file}`, () => {
      const object = read(file);
      const { metadata, spec } = object.kind === 'ApplicationSet' ? object.spec.template : object;
      assert.deepEqual(metadata.finalizers, ['resources-finalizer.argocd.argoproj.io']);
      assert.deepEqual(spec.syncPolicy.automated, { prune: true, selfHeal: true });
    });
  }

  it('are told of in the same commands in both languages', () =>
    assert.deepEqual(guideBlocks('docs/gitops.zh-CN.md'), guideBlocks()));
});
