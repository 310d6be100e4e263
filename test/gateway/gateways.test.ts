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

  it('are open to all where nothing is said of it', () => {
    const { allowedNamespaces: _, ...said } = aConfig('unsaid', []);
    const unsaid = new Gateways([said], { random: () => 0 });
    assert.ok(unsaid.mayUse({ name: 'unsaid' }, 'anywhere'));
    assert.equal(unsaid.tenancyAt({ name: 'unsaid' }), undefined);
  });

  describe('are for tenants', () => {
    const { allowedNamespaces: _, ...said } = aConfig('shared', []);
    const hosts = { hosts: [], routesWithoutHost: false };
    const selector = {
      matchLabels: {},
      matchExpressions: [{ key: 'team', operator: 'NotIn' as const, values: ['a'] }],
    };
    const tenants = [
      { ...hosts, namespaces: ['shop'] },
      { ...hosts, namespaceSelector: selector },
    ];
    const labels = new Map<string, Record<string, string>>([['bank', { team: 'a' }]]);
    const shared = new Gateways([{ ...said, tenants }], { random: () => 0, labelsOf: (name) => labels.get(name) });
    const mayUse = (namespace: string) => shared.mayUse({ name: 'shared' }, namespace);

    it('by name', () => assert.deepEqual(['shop', 'sho', '*'].map(mayUse), [true, false, false]));

    it('by labels as they are now, and not where nobody knows them', () => {
      assert.deepEqual(['bank', 'edge'].map(mayUse), [false, false]);
      labels.set('bank', { team: 'b' }).set('edge', {});
      assert.deepEqual(['bank', 'edge'].map(mayUse), [true, true]);
    });

    it('that are told apart', () => {
      const { tenants: all = [], isOf } = shared.tenancyAt({ name: 'shared' }) ?? {};
      assert.deepEqual(
        ['shop', 'bank', 'else'].map((namespace) => all.map((tenant) => isOf?.(tenant, namespace))),
        [
          [true, false],
          [false, true],
          [false, false],
        ],
      );
    });
  });

  describe('say what a namespace may take over', () => {
    const adoption = [
      { namespaces: ['shop'], hosts: ['test.com', '*.shop.test'], objects: ['services/s', 'routes/r'] },
      { namespaces: ['*'], hosts: [], objects: ['snis/for-all'] },
      { namespaces: ['edge'], hosts: ['*'], objects: ['services/*'] },
    ];
    const permitting = new Gateways([{ ...aConfig('open', ['*']), adoption }, aConfig('shut', ['*'])], {
      random: () => 0,
    });
    const sni = (...claims: readonly string[]) => ({ kind: 'snis', id: 'x', claims });
    for (const { namespace, object, want, gateway = 'open' } of [
      { namespace: 'shop', object: sni('test.com'), want: true },
      { namespace: 'shop', object: sni('a.shop.test', '*.shop.test'), want: true },
      { namespace: 'shop', object: sni('a.b.shop.test'), want: false },
      { namespace: 'shop', object: sni('shop.test'), want: false },
      { namespace: 'shop', object: sni('test.com', 'bank.test'), want: false },
      { namespace: 'shop', object: sni(), want: false },
      { namespace: 'sho', object: sni('test.com'), want: false },
      { namespace: 'edge', object: sni('bank.test'), want: true },
      { namespace: 'any', object: { kind: 'snis', id: 'for-all' }, want: true },
      { namespace: 'any', object: { kind: 'ssls', id: 'for-all' }, want: false },
      { namespace: 'shop', object: { kind: 'services', id: 's' }, want: true },
      { namespace: 'shop', object: { kind: 'services', id: 's2' }, want: false },
      { namespace: 'shop', object: { kind: 'routes', id: 'q', service: 's' }, want: true },
      { namespace: 'shop', object: { kind: 'routes', id: 'q', service: 's2' }, want: false },
      { namespace: 'edge', object: { kind: 'routes', id: 'q', service: 's2' }, want: true },
      { namespace: 'edge', object: { kind: 'routes', id: 'q' }, want: false },
      { namespace: 'shop', object: sni('test.com'), want: false, gateway: 'shut' },
      { namespace: 'shop', object: sni('test.com'), want: false, gateway: 'nowhere' },
    ]) {
      it(`${namespace} ${want ? 'may' : 'may not'} have ${JSON.stringify(object)} of ${gateway}`, () => {
        assert.equal(permitting.mayAdopt({ name: gateway }, namespace, object), want);
      });
    }
  });

  it('come with the addresses of their data plane', () => {
    assert.deepEqual(resolve('shut').dataPlane.https, [{ host: 'shut', port: 9443 }]);
  });
});
