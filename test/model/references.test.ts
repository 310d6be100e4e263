import assert from 'node:assert/strict';
import fc from 'fast-check';
import { referencesOf, referenceTo } from '../../src/model/references.ts';

const metadata = { namespace: 'shop', name: 'test-com' };
const of = (spec: unknown) => referencesOf({ metadata, spec });

describe('what a spec refers to', () => {
  for (const { name, spec, want } of [
    { name: 'nothing', spec: { hosts: ['test.com'] }, want: [] },
    { name: 'a CA', spec: { ca: { secretRef: { name: 'rootca' } } }, want: ['Secret/shop/rootca'] },
    {
      name: 'sources of trust, in lists',
      spec: {
        clientTrust: [{ configMapRef: { name: 'a', key: 'ca.crt' } }, { secretRef: { name: 'b' } }],
        serverTrust: [{ configMapRef: { name: 'c' } }],
      },
      want: ['ConfigMap/shop/a', 'Secret/shop/b', 'ConfigMap/shop/c'],
    },
    {
      name: 'the password of a keystore, far below',
      spec: { clients: [{ name: 'a', keystore: { pkcs12: { passwordSecretRef: { name: 'p', key: 'k' } } } }] },
      want: ['Secret/shop/p'],
    },
    {
      name: 'one name twice, once',
      spec: { ca: { secretRef: { name: 'a' } }, serverCertificate: { secretRef: { name: 'a' } } },
      want: ['Secret/shop/a'],
    },
    {
      name: 'a Secret and a ConfigMap of one name',
      spec: { clientTrust: [{ configMapRef: { name: 'a' } }, { secretRef: { name: 'a' } }] },
      want: ['ConfigMap/shop/a', 'Secret/shop/a'],
    },
    {
      name: 'its own namespace, whatever else it says',
      spec: { ca: { secretRef: { name: 'a', namespace: 'kube-system' } } },
      want: ['Secret/shop/a'],
    },
    {
      name: 'no other field that ends alike',
      spec: { gatewayRef: { name: 'default' }, mySecretRef: { name: 'a' } },
      want: [],
    },
    { name: 'no name that is none', spec: { ca: { secretRef: { name: 7 } }, secretRef: 'a' }, want: [] },
    {
      name: 'what stands in a reference without a name',
      spec: { secretRef: { secretRef: { name: 'a' } } },
      want: ['Secret/shop/a'],
    },
    { name: 'nothing: there is no spec', spec: undefined, want: [] },
    { name: 'nothing: it is null', spec: null, want: [] },
  ]) {
    it(`is ${name}`, () => assert.deepEqual(of(spec), want));
  }

  it('is found by what the object itself is called', () => {
    const object = { kind: 'Secret', metadata: { namespace: 'shop', name: 'rootca' } };
    assert.deepEqual(of({ ca: { secretRef: { name: 'rootca' } } }), [referenceTo(object)]);
  });

  const field = fc.oneof(fc.constantFrom('secretRef', 'configMapRef', 'passwordSecretRef', 'name', 'ca'), fc.string());
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(field, tie('json'), { maxKeys: 4 }),
    ),
  }));

  it('never throws, whatever the spec is, and lies in the namespace of the resource', () =>
    fc.assert(
      fc.property(json, (spec) => {
        for (const reference of of(spec)) assert.match(reference, /^(?:Secret|ConfigMap)\/shop\//);
      }),
    ));

  it('is found wherever it stands', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(3),
            field.filter((name) => !/Ref$/.test(name)),
          ),
        ),
        (path) => {
          const reference: unknown = { secretRef: { name: 'deep' } };
          const spec = path.reduceRight<unknown>(
            (below, step) => (typeof step === 'number' ? [...Array(step).fill('x'), below] : { [step]: below }),
            reference,
          );
          // A field of that name would be the prototype of the object, and no field.
          if (!path.includes('__proto__')) assert.deepEqual(of(spec), ['Secret/shop/deep']);
        },
      ),
    ));
});
