import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { group } from '../../src/api/group.ts';
import { hostsLine } from '../../src/api/status.ts';
import { crdFiles } from '../../src/cli/crd-files.ts';
import { fieldsOf } from './schema-walk.ts';

/** kubectl apply keeps the whole object in an annotation, which ends here. */
const annotationLimit = 262_144;

describe('the generated files', () => {
  for (const [path, text] of crdFiles()) {
    it(`${path} is committed as generated (npm run golden)`, () => assert.equal(readFileSync(path, 'utf8'), text));
  }

  it('has no file beside them that is no longer generated', () => {
    const committed = globSync(['crds/*', 'helm/mtls-operator/templates/crd-*']).sort();
    assert.deepEqual(committed, [...crdFiles().keys()].sort());
  });
});

for (const { metadata, spec } of customResourceDefinitions) {
  describe(`the CustomResourceDefinition ${metadata.name}`, () => {
    const [version] = spec.versions;
    assert.ok(version);
    const fields = fieldsOf(version.schema.openAPIV3Schema, spec.names.kind);

    it('can be applied by every client', () => {
      const file = crdFiles().get(`crds/${group}_${spec.names.plural}.yaml`) ?? '';
      assert.ok(file.length > 0 && file.length < annotationLimit, `${file.length} bytes`);
    });

    it('has a sentence for every field', () => {
      const named = fields.filter(({ path }) => !path.endsWith('[]') && !path.endsWith('.metadata'));
      const silent = named.filter(({ schema }) => !/^[A-Z].*(\.|More info: \S+)$/.test(schema.description ?? ''));
      assert.deepEqual(
        silent.map(({ path, schema }) => `${path}: ${schema.description}`),
        [],
      );
    });

    it('bounds every string and list of the spec, so that its rules have a price', () => {
      const open = fields
        .filter(({ path }) => path.includes('.spec.'))
        .filter(({ schema: { type, enum: values, maxLength, maxItems } }) => {
          if (type === 'string') return values === undefined && maxLength === undefined;
          return type === 'array' && maxItems === undefined;
        });
      assert.deepEqual(
        open.map(({ path }) => path),
        [],
      );
    });

    it('says of every list how its items are told apart', () => {
      const lists = fields.filter(({ schema }) => schema.type === 'array');
      const silent = lists.filter(({ schema }) => schema['x-kubernetes-list-type'] === undefined);
      assert.deepEqual(
        silent.map(({ path }) => path),
        [],
      );
    });

    it('leaves defaults inside lists to the parser, as a list must stay what somebody wrote', () => {
      const filled = fields.filter(({ path, schema }) => path.includes('[]') && schema.default !== undefined);
      assert.deepEqual(
        filled.map(({ path }) => path),
        [],
      );
      assert.ok(fields.some(({ schema }) => schema.default !== undefined));
    });

    it('is known by a short name and in the category of all', () => {
      assert.deepEqual(spec.names.categories, ['mtls']);
      assert.equal(spec.names.shortNames.length, 1);
      assert.equal(spec.scope, 'Namespaced');
    });
  });
}

describe('the hosts in kubectl get', () => {
  for (const { hosts, want } of [
    { hosts: ['a.test'], want: 'a.test' },
    { hosts: ['a.test', '*.b.test', 'c.test'], want: 'a.test,*.b.test,c.test' },
    { hosts: ['a.test', 'b.test', 'c.test', 'd.test', 'e.test'], want: 'a.test,b.test,c.test + 2 more' },
  ]) {
    it(`are ${want}`, () => assert.equal(hostsLine(hosts), want));
  }
});
