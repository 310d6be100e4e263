import assert from 'node:assert/strict';
import { Looks } from '../../src/reconcilers/looks.ts';

const key = { namespace: 'shop', name: 'test-com' };
const look = { kind: 'MtlsGateway', uid: '1', gateways: ['default/default'] };

describe('the looks of a process at resources', () => {
  for (const { name, before, want } of [
    { name: 'the first one at all', before: () => {}, want: true },
    { name: 'a second one', before: (looks: Looks) => looks.note(key, look), want: false },
    {
      name: 'one at a resource that was made anew under the same name',
      before: (looks: Looks) => looks.note(key, { ...look, uid: '0' }),
      want: true,
    },
    {
      name: 'one at a resource of the same name in another namespace',
      before: (looks: Looks) => looks.note({ ...key, namespace: 'bank' }, look),
      want: true,
    },
    {
      name: 'one at what was forgotten',
      before: (looks: Looks) => {
        looks.note(key, look);
        looks.forget(key);
      },
      want: true,
    },
  ]) {
    it(`are told apart: ${name} is ${want ? '' : 'not '}the first`, () => {
      const looks = new Looks();
      before(looks);
      assert.equal(looks.note(key, look), want);
    });
  }

  it('are remembered as they were last', () => {
    const looks = new Looks();
    looks.note(key, { ...look, gateways: ['default/before'] });
    looks.note(key, look);
    assert.deepEqual(looks.of(key), look);
  });
});
