import assert from 'node:assert/strict';
import { parsePage } from '../../src/kube/page.ts';
import { configMaps } from '../../src/model/kube-object.ts';

const metadata = { resourceVersion: '7' };

describe('a page of a list', () => {
  it('is the last one without a continue token', () => {
    assert.deepEqual(parsePage({ metadata, items: [] }, configMaps), {
      items: [],
      resourceVersion: '7',
      continue: undefined,
    });
  });

  it('has no items where the server writes null', () => {
    assert.deepEqual(parsePage({ metadata, items: null }, configMaps).items, []);
  });

  for (const { name, given } of [
    { name: 'nothing', given: undefined },
    { name: 'a page of a proxy', given: '<html>' },
    { name: 'a list without items', given: { metadata } },
    { name: 'a list without a version', given: { metadata: {}, items: [] } },
    {
      name: 'a list with an item without a name',
      given: { metadata, items: [{ metadata: { resourceVersion: '1' } }] },
    },
  ]) {
    it(`is not ${name}, which would look like the deletion of every object`, () => {
      assert.throws(() => parsePage(given, configMaps), { reason: 'ApiServerUnreadable', class: 'transient' });
    });
  }
});
