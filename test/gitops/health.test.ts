import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { apiVersion } from '../../src/api/group.ts';
import { kinds, parseSpec } from '../../src/api/kinds.ts';
import { customizationOf, healthSettings, healthTests, settingsFile } from '../argocd/customization.ts';
import { assertConform } from '../harness/conditions.ts';
import { holdFile } from '../harness/golden.ts';

const names = kinds.map(({ kind }) => kind);

/** Whether Argo CD gives these answers, a real one says: test/argocd. */
describe('the health checks for Argo CD', () => {
  it(`stand in ${settingsFile} as they stand in their files`, () => holdFile(settingsFile, healthSettings(names)));

  it('are one and the same for each kind', () => {
    const scripts = names.map((kind) => readFileSync(join(customizationOf(kind), 'health.lua'), 'utf8'));
    assert.equal(new Set(scripts).size, 1);
  });

  for (const known of kinds) {
    const { kind } = known;
    const files = globSync(`${customizationOf(kind)}/testdata/*.yaml`).sort();

    it(`are held to every status of ${kind} that is there, and to each once`, () => {
      assert.ok(files.length >= 7, `${files}`);
      const tried = healthTests(kind).map(({ inputPath }) => join(customizationOf(kind), inputPath));
      assert.deepEqual(tried.sort(), files);
    });

    for (const file of files) {
      it(`are asked about an ${kind} as the operator writes it: ${basename(file)}`, () => {
        const resource = parse(readFileSync(file, 'utf8'));
        assert.deepEqual([resource.apiVersion, resource.kind], [apiVersion, kind]);
        assert.ok(parseSpec<unknown>(known, resource.spec).ok);
        // Before the operator has seen it, the API server shows the default of the CRD.
        if (basename(file) !== 'new.yaml') assertConform(resource);
      });
    }
  }
});
