import assert from 'node:assert/strict';
import * as apisix from '../../src/gateway/apisix/payload.ts';
import type { Owner, UpstreamTls } from '../../src/model/gateway-state.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsUpstream', namespace: 'shop', name: 'web', uid: 'u1' };
const upstreamFor = (hosts: readonly string[]): UpstreamTls => ({
  kind: 'upstream',
  client: { chainPem: 'LEAF', keyPem: 'KEY', sha256Fingerprint: '00' },
  serverTrust: [],
  serverName: 'nginx.internal',
  service: { name: 'shop', hosts, nodes: [], retries: 0, routes: [{ name: 'all', methods: ['GET'], paths: ['/*'] }] },
});

describe('an upstream with hosts at Apache APISIX', () => {
  it('has them in lower case on its routes, by which they are matched', () => {
    const hostsOf = (hosts: readonly string[]) => {
      const [, , route] = apisix.compile(upstreamFor(hosts), owner, { verifiesUpstream: true });
      return [route?.body['hosts'], route?.requests?.hosts];
    };
    assert.deepEqual(hostsOf(['Shop.Example', 'A.test']), [
      ['a.test', 'shop.example'],
      ['a.test', 'shop.example'],
    ]);
    assert.deepEqual(hostsOf([]), [undefined, []]);
  });
});
