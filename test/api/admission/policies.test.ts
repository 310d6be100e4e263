import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { referenceFields } from '../../../src/api/admission/reference-fields.ts';
import { referencesPolicy } from '../../../src/api/admission/references-policy.ts';
import { objectName } from '../../../src/api/fields.ts';
import { kinds, mtlsGateway } from '../../../src/api/kinds.ts';
import { secretRef } from '../../../src/api/references.ts';
import { toStructuralSchema } from '../../../src/api/structural-schema.ts';
import { policyFiles } from '../../../src/cli/policy-files.ts';
import { referenceCases } from '../../harness/reference-cases.ts';
import { fieldsOf, withoutIndices } from '../schema-walk.ts';

/**
 * Fields that hold the name of an object and refer to no Secret and no ConfigMap: what the operator is to write, names of
 * its own, and MtlsGateways with their clients, of which nothing is copied.
 */
const noReferences =
  /(^|\.)(secretName|configMapName)$|^clients\[\]\.name$|\.mtlsGatewayRef\.name$|^authorization\[\]\.clients\.names\[\]$/;

describe('the generated policies', () => {
  for (const [path, text] of policyFiles()) {
    it(`${path} is committed as generated (npm run golden)`, () => assert.equal(readFileSync(path, 'utf8'), text));
  }
});

for (const kind of kinds) {
  describe(`the policy for references of an ${kind.kind}`, () => {
    const fields = referenceFields(kind);
    const pathOf = ({ path, list }: (typeof fields)[number]) =>
      path.map((name, index) => (index + 1 === list ? `${name}[]` : name)).join('.');

    it('knows every field that holds the name of a Secret or ConfigMap, by the rule of such names', () => {
      const rules = JSON.stringify(z.toJSONSchema(objectName())['x-kubernetes-validations']);
      const named = fieldsOf(toStructuralSchema(kind.spec), '')
        .filter(({ schema }) => JSON.stringify(schema['x-kubernetes-validations']) === rules)
        .map(({ path }) => path.slice(1));
      const references = named.filter((path) => !noReferences.test(path) && path !== 'gatewayRef.name');
      assert.deepEqual(references.sort(), fields.map((field) => `${pathOf(field)}.name`).sort());
    });

    it('is tried on the real API server with each of them', () => {
      const tried = referenceCases.filter((one) => one.kind === kind.kind).map(({ field }) => withoutIndices(field));
      assert.deepEqual(tried.sort(), fields.map(pathOf).sort());
    });

    it('asks for each of them, in the object and in what it was before', () => {
      const { variables } = referencesPolicy(kind);
      for (const [variable, root] of [
        ['now', 'object'],
        ['before', 'oldObject'],
      ] as const) {
        const { expression = '' } = variables.find(({ name }) => name === variable) ?? {};
        assert.equal(expression.split(' +\n').length, fields.length);
        for (const { path } of fields) assert.ok(expression.includes(` ${path.join('.')}'`), path.join('.'));
        assert.ok(expression.includes(`${root}.spec.?ca.?secretRef`));
      }
    });
  });
}

describe('the fields that refer to something', () => {
  const withSpec = (spec: z.ZodType) => ({ ...mtlsGateway, spec });

  it('follow the types: a new one is in the policy by itself', () => {
    const spec = z.object({ extra: z.object({ secretName: objectName(), secretRef: secretRef() }) });
    assert.deepEqual(referenceFields(withSpec(spec)), [
      { to: 'Secret', hasKey: false, path: ['extra', 'secretRef'], destinations: [['extra', 'secretName']] },
    ]);
  });

  it('stand in one list at most, which is told to who adds another', () => {
    const inner = z.array(z.object({ secretRef: secretRef() }));
    const spec = z.object({ outer: z.array(z.object({ inner })) });
    assert.throws(() => referenceFields(withSpec(spec)), /outer\.inner\.secretRef: a reference in a list of a list/);
  });
});
