import assert from 'node:assert/strict';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { isServedBy } from '../../harness/served.ts';
import { deadPort as port, serviceOf, upstreamOf } from '../../harness/tenant-services.ts';
import { Tenant } from '../../harness/tenants.ts';
import { useWhole } from '../../harness/whole.ts';

/** Nothing here may wait for an interval: whoever can go on is woken. */
const never = { driftInterval: Temporal.Duration.from({ hours: 1 }) };

describe('tenants to whom the administrator gives hosts and nodes', () => {
  const given = useWhole({ operator: false, profile: 'apisix-3.18' });
  let corp: Tenant;
  let pay: Tenant;
  let outsider: Tenant;

  before('make the tenants', async () => {
    const { whole } = given;
    corp = await Tenant.of(whole, whole.namespace);
    pay = await Tenant.of(whole, await whole.cluster.namespace());
    outsider = await Tenant.of(whole, await whole.cluster.namespace());
    const config = whole.config();
    const gateways = config.gateways.map(({ allowedNamespaces: _, ...gateway }) => ({
      ...gateway,
      tenants: [
        { namespaces: [corp.namespace], hosts: ['*.corp.example'], routesWithoutHost: true },
        {
          ...{ namespaces: [pay.namespace], hosts: ['pay.corp.example'], routesWithoutHost: false },
          nodes: [{ host: '127.0.0.0/8', ports: [{ first: port, last: port }] }],
        },
      ],
    }));
    const watchNamespaces = [corp, pay, outsider].map(({ namespace }) => namespace);
    await whole.startOperatorWith({ config: { ...config, ...never, watchNamespaces, gateways } });
  });

  const routes = async () => (await given.whole.gatewayObjects()).filter((object) => object.startsWith('routes/'));

  it('have what they are given, one below the wildcard of the other, and nothing else', async () => {
    const { whole } = given;
    await corp.apply(aGateway({ name: 'corp', hosts: ['*.corp.example'] }));
    await corp.ready('mgw', 'corp');
    await pay.apply(aGateway({ name: 'pay', hosts: ['pay.corp.example', 'shop.corp.example'] }));
    const gives = `the hosts that the administrator assigned to the namespace ${pay.namespace} are: pay.corp.example`;
    assert.equal(
      await pay.stalled('mgw', 'pay', 'HostNotAllowed'),
      `The host shop.corp.example is not served for this resource: ${gives}`,
    );
    await isServedBy(whole, 'pay.corp.example', 'pay', pay.namespace);
    await isServedBy(whole, 'shop.corp.example', 'corp');
    await whole.assertSilent('mgw', 'pay', pay.namespace);
    await corp.apply(aGateway({ name: 'more', hosts: ['pay.corp.example', 'x.corp.example'] }));
    assert.match(
      await corp.stalled('mgw', 'more', 'HostNotAllowed'),
      /pay\.corp\.example .* assigned it to other namespaces$/,
    );
    await isServedBy(whole, 'x.corp.example', 'more');
  });

  it('may have a service for every host where they are allowed to, beside the hosts of others', async () => {
    const { whole } = given;
    await corp.apply(upstreamOf('everywhere', { paths: ['/'] }));
    await whole.until('mup', 'everywhere', 'GatewaySynced', 'True');
    assert.equal((await routes()).length, 1);
    await pay.apply(upstreamOf('everywhere', { paths: ['/login'] }));
    await whole.until('mup', 'everywhere', 'GatewaySynced', 'False', 'HostNotAllowed', pay.namespace);
    assert.equal((await routes()).length, 1);
  });

  it('have no NGINX elsewhere: nothing connects there, and nothing is at the gateway', async () => {
    const { whole } = given;
    const nodes = [
      { host: '10.0.0.1', port },
      { host: '127.1', port },
      { host: '127.0.0.1', port: 10 },
    ];
    const service = { ...serviceOf('away', { hosts: ['pay.corp.example'], paths: ['/'] }), upstream: { nodes } };
    await pay.apply(anUpstream({ name: 'away', port, spec: { service } }));
    assert.equal(
      await pay.stalled('mup', 'away', 'NodeNotAllowed'),
      `spec.service.upstream.nodes: the administrator does not allow the namespace ${pay.namespace} to use an NGINX at 10.0.0.1:9, 127.1:9, 127.0.0.1:10`,
    );
    assert.equal((await routes()).length, 1);
    assert.equal(await whole.exists('configmap', 'away-nginx'), false);
  });

  it('are those who are named: nobody else may use the gateway', async () => {
    await outsider.apply(aGateway({ name: 'outside', hosts: ['outside.example'] }));
    await outsider.stalled('mgw', 'outside', 'GatewayNotAllowed');
  });
});

describe('tenants who are known by the labels of their namespaces', () => {
  const given = useWhole({ operator: false, profile: 'apisix-3.18' });
  const rights = ['-k', 'deploy/tenants-by-label'];
  let corp: Tenant;
  let pay: Tenant;

  const label = ({ namespace }: Tenant, value: string) =>
    given.whole.kubectl(['label', 'namespace', namespace, '--overwrite', `team=${value}`]);

  before('make the tenants', async () => {
    const { whole } = given;
    await whole.kubectl(['apply', ...rights]);
    corp = await Tenant.of(whole, whole.namespace);
    pay = await Tenant.of(whole, await whole.cluster.namespace());
    await label(corp, 'corp');
    const config = whole.config();
    const byLabel = (team: string) => ({ matchLabels: { team }, matchExpressions: [] });
    const gateways = config.gateways.map(({ allowedNamespaces: _, ...gateway }) => ({
      ...gateway,
      tenants: [
        { namespaceSelector: byLabel('corp'), hosts: ['*.corp.example'], routesWithoutHost: false },
        { namespaceSelector: byLabel('pay'), hosts: ['pay.corp.example'], routesWithoutHost: false },
      ],
    }));
    const watchNamespaces = [corp, pay].map(({ namespace }) => namespace);
    await whole.startOperatorWith({ config: { ...config, ...never, watchNamespaces, gateways } });
  });
  after('take the rights back', () => given.whole.kubectl(['delete', ...rights]));

  it('have what is theirs as soon as the namespace is labelled', async () => {
    const { whole } = given;
    await pay.apply(aGateway({ name: 'pay', hosts: ['pay.corp.example'] }));
    await pay.stalled('mgw', 'pay', 'GatewayNotAllowed');
    await corp.apply(aGateway({ name: 'corp', hosts: ['*.corp.example', 'pay.corp.example'] }));
    await corp.stalled('mgw', 'corp', 'HostNotAllowed');
    await label(pay, 'pay');
    await pay.ready('mgw', 'pay');
    await isServedBy(whole, 'pay.corp.example', 'pay', pay.namespace);
    await isServedBy(whole, 'x.corp.example', 'corp');
  });

  it('lose what is not theirs any more, and have it back', async () => {
    const { whole } = given;
    await label(pay, 'corp');
    assert.match(
      await pay.stalled('mgw', 'pay', 'HostNotAllowed'),
      /the administrator assigned it to other namespaces$/,
    );
    await isServedBy(whole, 'pay.corp.example', 'corp');
    await whole.assertSilent('mgw', 'corp', corp.namespace);
    await label(pay, 'pay');
    await pay.ready('mgw', 'pay');
    await isServedBy(whole, 'pay.corp.example', 'pay', pay.namespace);
  });
});
