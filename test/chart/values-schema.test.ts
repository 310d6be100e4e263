import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseOperatorConfig } from '../../src/api/operator-config.ts';
import { goldenCases } from '../harness/golden.ts';
import { aGateway, defaults, type ValueSchema, valuesSchema } from './chart-files.ts';
import { operatorGateway, sameForms } from './same-forms.ts';

/** Values that Kubernetes judges, not the chart. */
const openToAll = ['global'];

const validate = new Ajv({ strict: true, strictRequired: false, strictTypes: false }).compile(valuesSchema);
const isValid = (change: object) => validate({ ...defaults, gateways: [aGateway], ...change });

describe('the schema of the values', () => {
  it('takes the defaults, with a gateway', () => assert.ok(isValid({}), JSON.stringify(validate.errors)));

  for (const { name, input } of goldenCases({ directory: 'chart', input: '.values.yaml', output: '.out.yaml' }))
    it(`takes the values of ${name}`, () => assert.ok(isValid(parse(input)), JSON.stringify(validate.errors)));

  it('knows every value that has a default, and no other', () => {
    const inSchema = Object.keys(valuesSchema.properties ?? {}).filter((name) => name !== 'global');
    assert.deepEqual(inSchema.sort(), Object.keys(defaults).sort());
    for (const [name, value] of Object.entries(defaults))
      assert.deepEqual(missingIn(value, schemaOf([name])), [], name);
  });

  it('refuses an unknown key everywhere', () => {
    const closed = objectsIn(valuesSchema, '').filter(({ path }) => !openToAll.includes(path));
    assert.ok(closed.length > 20);
    assert.deepEqual(
      closed.filter(({ schema }) => schema.additionalProperties !== false).map(({ path }) => path),
      [],
    );
  });

  for (const { field, samples, values, config } of sameForms)
    for (const sample of samples)
      it(`judges ${field} ${JSON.stringify(sample)} as the operator does`, () => {
        const gateways = [{ ...operatorGateway, allowedNamespaces: ['shop'] }];
        const parsed = parseOperatorConfig({ gateways, ...config(sample) });
        assert.equal(isValid(values(sample)), parsed.ok, JSON.stringify([validate.errors, parsed]));
      });

  it('is asked with samples that are taken, and with others that are refused', () => {
    for (const { field, samples, values } of sameForms)
      assert.deepEqual([...new Set(samples.map((sample) => isValid(values(sample))))].sort(), [false, true], field);
  });
});

function resolved(schema: ValueSchema): ValueSchema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : (valuesSchema.definitions?.[name] ?? {});
}

function schemaOf(path: readonly string[]): ValueSchema | undefined {
  return path.reduce<ValueSchema | undefined>((at, key) => at && resolved(at.properties?.[key] ?? {}), valuesSchema);
}

/** Keys of a default that the schema does not name. */
function missingIn(value: unknown, schema: ValueSchema | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if (schema?.properties === undefined) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const field = schema.properties?.[key];
    return field === undefined ? [key] : missingIn(below, resolved(field)).map((name) => `${key}.${name}`);
  });
}

/** Every object whose keys are named, by its path. */
function objectsIn(schema: ValueSchema, path: string): readonly { path: string; schema: ValueSchema }[] {
  const { properties, items } = resolved(schema);
  const below = Object.entries(properties ?? {}).flatMap(([key, field]) =>
    objectsIn(field, path === '' ? key : `${path}.${key}`),
  );
  const own = properties === undefined ? [] : [{ path, schema: resolved(schema) }];
  return [...own, ...below, ...(items === undefined ? [] : objectsIn(items, `${path}[]`))];
}
