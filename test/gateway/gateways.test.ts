import assert from 'node:assert/strict';
import type { GatewayConfig } from '../../src/api/operator-config.ts';
import { Gateways } from '../../src/gateway/gateways.ts';
import { Failure } from '../../src/std/failure.ts';

const aConfig = (name: string, allowedNamespaces: string[]): GatewayConfig => ({
  name,
  type: 'api7-ee',
  adminUrl: 'https://admin.example:7443',
  tokenFile: '/etc/token',
  dataPlane: { https: [{ host: name, port: 9443 }], http: [] },
  allowedNamespaces,
});

describe('the gateways of the configuration', () => {
  const gateways = new Gateways([aConfig('open', ['*']), aConfig('shut', ['shop', 'edge'])], { random: () => 0 });
  const resolve = (name: string, namespace = 'shop', group = 'default') => gateways.resolve({ name, group }, namespace);

  for (const { name, namespace, want } of [
    { name: 'open', namespace: 'anywhere', want: 'open/default' },
    { name: 'shut', namespace: 'edge', want: 'shut/default' },
    { name: 'shut', namespace: 'edg', want: 'GatewayNotAllowed' },
    { name: 'shut', namespace: '*', want: 'GatewayNotAllowed' },
    { name: 'nowhere', namespace: 'shop', want: 'GatewayUnknown' },
    { name: 'ope', namespace: 'shop', want: 'GatewayUnknown' },
  ]) {
    it(`${name} is ${want} for the namespace ${namespace}`, () => {
      if (want.includes('/')) return assert.equal(resolve(name, namespace).gateway.label, want);
      assert.throws(
        () => resolve(name, namespace),
        (failure: unknown) =>
          failure instanceof Failure &&
          failure.class === 'permanent' &&
          failure.reason === want &&
          failure.message.startsWith('spec.gatewayRef.name: ') &&
          !failure.message.includes('admin.example'),
      );
    });
  }

  it('are given for what is ours there whoever may use them, and not under a name that is unknown', () => {
    const used = (name: string) => gateways.resolveUsed({ name, group: 'default' }, 'status.gateway');
    assert.equal(used('shut'), resolve('shut').gateway);
    assert.throws(() => used('nowhere'), /^Failure: status\.gateway: the operator has no gateway named nowhere/);
  });

  it('are opened once for each group, so that connections are shared', () => {
    assert.equal(resolve('open').gateway, resolve('open', 'edge').gateway);
    assert.notEqual(resolve('open').gateway, resolve('open', 'shop', 'other').gateway);
    assert.notEqual(resolve('open').gateway, resolve('shut').gateway);
  });

  it('come with the addresses of their data plane', () => {
    assert.deepEqual(resolve('shut').dataPlane.https, [{ host: 'shut', port: 9443 }]);
  });
});
