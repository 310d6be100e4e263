import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { ensureJudges, type JudgingVersion } from '../../../deploy/local/apiextensions/programs.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { judgingVersions } from '../../../deploy/local/versions.ts';
import { reservedWords } from '../../../src/api/cel.ts';
import { type CustomResourceDefinition, customResourceDefinitions } from '../../../src/api/crd.ts';
import { withRules } from '../../../src/api/rules.ts';
import { toStructuralSchema } from '../../../src/api/structural-schema.ts';
import { parseCase, type SpecCase, specCases } from '../../api/spec-cases.ts';
import type { Draft, Verdict } from './create.ts';
import { askJudge, type Verdicts } from './judge.ts';
import { assertAsParsed } from './verdict.ts';

/** Built from sources where the cache has none. */
const installationTimeout = 30 * 60_000;

/** What users apply. */
const shipped: readonly CustomResourceDefinition[] = globSync('crds/mtls-operator.dev_*.yaml')
  .sort()
  .map((file) => parse(readFileSync(file, 'utf8')));

const draftOf = ({ kind, spec }: Pick<SpecCase, 'kind' | 'spec'>): Draft => ({ kind, name: 'a', spec });

/** As a CRD without `withoutDefaultsInLists` stored them. */
const oldStored: readonly Draft[] = specCases
  .filter(({ refused }) => refused === undefined)
  .map(({ kind, spec }) => {
    const parsed = parseCase({ kind, spec });
    assert.ok(parsed.ok);
    return draftOf({ kind, spec: parsed.value as unknown as SpecCase['spec'] });
  });

describe('the shipped CRDs', () => {
  let judges: ReadonlyMap<JudgingVersion, string>;
  before('build what judges them', async function () {
    this.timeout(installationTimeout);
    const progress = printProgress(process.stderr);
    judges = await ensureJudges(progress);
    progress.done();
  });

  it('are there', () => assert.equal(shipped.length, customResourceDefinitions.length));

  for (const version of judgingVersions) {
    describe(`at Kubernetes ${version}`, () => {
      const judge = () => judges.get(version) ?? '';
      let verdicts: Verdicts;

      it('are taken: their schemas are structural, their rules compile and have their price', async () => {
        const { crds } = await askJudge(judge(), shipped);
        assert.deepEqual(
          crds,
          shipped.map(() => []),
        );
      });

      it('may have rules about a field of any name that CEL keeps for itself', async () => {
        const { crds } = await askJudge(judge(), [withFieldsCalled(reservedWords)]);
        assert.deepEqual(crds, [[]]);
      });

      describe('with resources', () => {
        before(async () => {
          verdicts = await askJudge(judge(), shipped, [...specCases.map(draftOf), ...oldStored]);
        });

        it('store and refuse what the parser does, by the same fields and sentences', () => {
          const wrong = specCases.flatMap((each, at) => complaintOf(each, verdicts.resources[at]));
          assert.deepEqual(wrong, []);
        });

        it('keep what older CRDs stored, with defaults inside lists', () => {
          assert.deepEqual(
            verdicts.resources.slice(specCases.length),
            oldStored.map(({ spec }) => ({ accepted: true, spec })),
          );
        });
      });
    });
  }
});

/** What is wrong with a verdict, if anything: the whole table is judged before the test fails. */
function complaintOf(each: SpecCase, verdict: Verdict = { accepted: false, causes: [] }): readonly string[] {
  try {
    assertAsParsed(each, verdict);
    return [];
  } catch (error) {
    return [`${each.kind}, ${each.name}: ${error instanceof Error ? error.message : error}`];
  }
}

/** A CRD of ours, but with a spec of such fields and a rule about each. */
function withFieldsCalled(names: readonly string[]): CustomResourceDefinition {
  const fields = z.object(Object.fromEntries(names.map((name) => [name, z.string().max(8).optional()])));
  const rules = names.map((name) => ({
    rule: `!has(self.${name}) || self.${name} != '.${name}'`,
    message: 'must be something else',
    holds: () => true,
  }));
  const [crd] = structuredClone(customResourceDefinitions);
  const [version] = crd?.spec.versions ?? [];
  assert.ok(crd && version);
  const spec = toStructuralSchema(withRules(fields, ...rules));
  const openAPIV3Schema = { ...version.schema.openAPIV3Schema, properties: { spec } };
  return {
    ...crd,
    spec: { ...crd.spec, versions: [{ ...version, schema: { openAPIV3Schema }, additionalPrinterColumns: [] }] },
  };
}
