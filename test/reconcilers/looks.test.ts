import assert from 'node:assert/strict';
import { Looks } from '../../src/reconcilers/looks.ts';

const metadata = { namespace: 'shop', name: 'test-com', uid: '1' };
const resource = { kind: 'MtlsGateway', metadata };
const renewed = { kind: 'MtlsGateway', metadata: { ...metadata, uid: '2' } };

describe('the looks of a process at resources', () => {
  for (const { name, before, want } of [
    { name: 'the first one at all', before: () => {}, want: true },
    { name: 'a second one', before: (looks: Looks) => looks.note(resource), want: false },
    {
      name: 'one at a resource that was made anew under the same name',
      before: (looks: Looks) => looks.note(renewed),
      want: true,
    },
    {
      name: 'one at a resource of the same name in another namespace',
      before: (looks: Looks) => looks.note({ ...resource, metadata: { ...metadata, namespace: 'bank' } }),
      want: true,
    },
    {
      name: 'one at what was forgotten',
      before: (looks: Looks) => {
        looks.note(resource);
        looks.forget(metadata);
      },
      want: true,
    },
  ]) {
    it(`are told apart: ${name} is ${want ? '' : 'not '}the first`, () => {
      const looks = new Looks();
      before(looks);
      assert.equal(looks.note(resource), want);
    });
  }

  it('remember its gateways until a resource is made anew under the name', () => {
    const looks = new Looks();
    const gatewaysAfter = (look: typeof resource) => {
      looks.note(look);
      return looks.of(metadata)?.gateways;
    };
    assert.deepEqual(gatewaysAfter(resource), []);
    looks.use(resource, ['default/default']);
    assert.deepEqual(gatewaysAfter(resource), ['default/default']);
    assert.deepEqual(gatewaysAfter(renewed), []);
  });
});
