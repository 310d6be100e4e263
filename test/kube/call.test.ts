import assert from 'node:assert/strict';
import { type Call, pathOf } from '../../src/kube/call.ts';
import { configMaps, type ResourceType } from '../../src/model/kube-object.ts';

const gateways: ResourceType = {
  group: 'mtls-operator.dev',
  version: 'v1alpha1',
  plural: 'mtlsgateways',
  kind: 'MtlsGateway',
};
const namespaces: ResourceType = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };

describe('the path of a call', () => {
  const table: readonly { name: string; given: Call; want: string }[] = [
    {
      name: 'an object of the core group',
      given: { verb: 'get', type: configMaps, namespace: 'shop', name: 'web' },
      want: '/api/v1/namespaces/shop/configmaps/web',
    },
    {
      name: 'the status of an object of ours',
      given: { verb: 'patch', type: gateways, namespace: 'shop', name: 'web.com', subresource: 'status' },
      want: '/apis/mtls-operator.dev/v1alpha1/namespaces/shop/mtlsgateways/web.com/status',
    },
    { name: 'a collection in all namespaces', given: { verb: 'list', type: configMaps }, want: '/api/v1/configmaps' },
    {
      name: 'a creation, which goes to the collection',
      given: { verb: 'create', type: configMaps, namespace: 'shop', name: 'web' },
      want: '/api/v1/namespaces/shop/configmaps',
    },
    {
      name: 'an object that is in no namespace',
      given: { verb: 'get', type: namespaces, namespace: '', name: 'kube-system' },
      want: '/api/v1/namespaces/kube-system',
    },
  ];
  for (const { name, given, want } of table) it(`leads to ${name}`, () => assert.equal(pathOf(given), want));

  for (const name of ['', '.', '..', '../secrets', 'a/b', 'a?b', 'a%2fb', 'Web', 'a b', 'a'.repeat(254)]) {
    it(`does not exist for an object named ${JSON.stringify(name).slice(0, 20)}`, () => {
      const call: Call = { verb: 'delete', type: configMaps, namespace: 'shop', name };
      assert.throws(() => pathOf(call), { name: 'Failure', reason: 'InvalidName' });
    });
  }
});
