import assert from 'node:assert/strict';
import { Looks } from '../../src/reconcilers/looks.ts';

const resource = { namespace: 'shop', name: 'test-com', uid: '1' };

describe('the looks of a process at resources', () => {
  for (const { name, before, want } of [
    { name: 'the first one at all', before: () => {}, want: true },
    { name: 'a second one', before: (looks: Looks) => looks.note(resource), want: false },
    {
      name: 'one at a resource that was made anew under the same name',
      before: (looks: Looks) => looks.note({ ...resource, uid: '0' }),
      want: true,
    },
    {
      name: 'one at a resource of the same name in another namespace',
      before: (looks: Looks) => looks.note({ ...resource, namespace: 'bank' }),
      want: true,
    },
    {
      name: 'one at what was forgotten',
      before: (looks: Looks) => {
        looks.note(resource);
        looks.forget(resource);
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
});
