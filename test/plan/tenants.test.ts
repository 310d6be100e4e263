import assert from 'node:assert/strict';
import type { PermittedNode } from '../../src/api/tenants.ts';
import { isNodeAllowed } from '../../src/plan/gateway/tenants.ts';
import { tenancy } from './tenancy.ts';

describe('the nodes of a tenant', () => {
  const at = (host: string, ...ports: readonly (readonly [number, number])[]): PermittedNode => ({
    host,
    ...(ports.length === 0 ? {} : { ports: ports.map(([first, last]) => ({ first, last })) }),
  });
  for (const { nodes, yes = [], no = [] } of [
    { nodes: undefined, yes: ['10.0.0.1', 'nginx', '127.1'] },
    { nodes: [], no: ['10.0.0.1', 'nginx'] },
    { nodes: [at('*')], yes: ['10.0.0.1', 'nginx', '127.1'] },
    {
      nodes: [at('10.1.0.0/16')],
      yes: ['10.1.0.0', '10.1.255.255'],
      no: ['10.2.0.0', '10.0.255.255', 'nginx', '10.1.1', '10.01.0.1', '167837697', '0xa.1.0.1', '10.1.0.1.example'],
    },
    { nodes: [at('10.1.0.7/32')], yes: ['10.1.0.7'], no: ['10.1.0.6', '10.1.0.8'] },
    { nodes: [at('0.0.0.0/0')], yes: ['0.0.0.0', '255.255.255.255'], no: ['nginx', '256.0.0.1', '1'] },
    {
      nodes: [at('*.shop.svc')],
      yes: ['nginx.shop.svc', 'a.b.shop.svc', 'NGINX.Shop.svc'],
      no: ['shop.svc', 'nginx.shop.svc.example', 'nginxshop.svc', '10.0.0.1'],
    },
    { nodes: [at('*.1')], no: ['127.1', '10.0.0.1'] },
    { nodes: [at('nginx')], yes: ['nginx'], no: ['nginx.shop', 'x.nginx'] },
  ]) {
    const what = nodes === undefined ? 'anywhere' : nodes.map(({ host }) => host).join() || 'nowhere';
    const policy = tenancy({ namespaces: ['shop'], hosts: ['*'], routesWithoutHost: false, ...(nodes && { nodes }) });
    for (const host of yes) it(`${what} has ${host}`, () => assert.ok(isNodeAllowed(policy, 'shop', host, 8443)));
    for (const host of no) it(`${what} has not ${host}`, () => assert.ok(!isNodeAllowed(policy, 'shop', host, 8443)));
  }

  it('are at these ports, and of the tenant of the namespace', () => {
    const nodes = [at('10.0.0.0/8', [8443, 8443], [9000, 9010]), at('nginx')];
    const policy = tenancy({ namespaces: ['shop'], hosts: [], routesWithoutHost: false, nodes });
    const allowed = (host: string, ports: readonly number[], namespace = 'shop') =>
      ports.filter((port) => isNodeAllowed(policy, namespace, host, port));
    assert.deepEqual(allowed('10.0.0.1', [443, 8443, 8444, 8999, 9000, 9010, 9011]), [8443, 9000, 9010]);
    assert.deepEqual(allowed('nginx', [1, 65535]), [1, 65535]);
    assert.deepEqual(allowed('nginx', [1], 'web'), []);
    assert.ok(isNodeAllowed(undefined, 'web', 'anywhere', 1));
  });
});
