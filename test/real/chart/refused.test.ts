import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import { parseOperatorConfig } from '../../../src/api/operator-config.ts';
import { aGateway } from '../../chart/chart-files.ts';
import { operatorGateway } from '../../chart/same-forms.ts';
import { manifestsIn, useChart } from './chart.ts';

interface Refusal {
  readonly what: string;
  /** Beside one gateway that could be used. */
  readonly values: object;
  /** In helm's answer. */
  readonly says: string;
}

const ofGateway = (change: object) => ({ gateways: [{ ...aGateway, ...change }] });
const ofTenant = (tenant: object) => ofGateway({ allowedNamespaces: undefined, tenants: [tenant] });

/** What the schema refuses, by its path. */
const bySchema: readonly Refusal[] = [
  { what: 'a value that does not exist', values: { copies: 2 }, says: "'copies' not allowed" },
  { what: 'one that does not exist below another', values: { metrics: { port: 1 } }, says: "'port' not allowed" },
  { what: 'a text for a number', values: { replicas: '2' }, says: "'/replicas': got string, want integer" },
  { what: 'a text for a switch', values: { crds: { keep: 'never' } }, says: "'/crds/keep': got string, want boolean" },
  { what: 'one name for a list', values: { watchNamespaces: 'shop' }, says: "'/watchNamespaces'" },
  { what: 'a gateway over plain HTTP', values: ofGateway({ adminUrl: 'http://a:7080' }), says: 'adminUrl' },
  { what: 'a token in the values', values: ofGateway({ token: 'a7ee-secret' }), says: "'token' not allowed" },
  { what: 'a gateway of no known type', values: ofGateway({ type: 'kong' }), says: "'/gateways/0/type'" },
  {
    what: 'a data plane at a port that cannot be',
    values: ofGateway({ dataPlane: { https: ['a:65536'] } }),
    says: "'/gateways/0/dataPlane/https/0'",
  },
  { what: 'a tenant that does not say which hosts', values: ofTenant({ namespaces: ['shop'] }), says: 'hosts' },
  { what: 'a duration without its unit', values: { driftInterval: '5' }, says: "'/driftInterval'" },
  { what: 'a duration in days', values: { deletionDeadline: '7d' }, says: "'/deletionDeadline'" },
  { what: 'a shard that is none', values: { shard: 'first' }, says: "'/shard'" },
  {
    what: 'memory that is no quantity',
    values: { resources: { limits: { memory: 'banana' } } },
    says: "'/resources/limits/memory': 'banana' does not match",
  },
  { what: 'a limit of nothing known', values: { resources: { limits: { ram: '1Gi' } } }, says: "'ram'" },
  { what: 'an API server at port 0', values: { networkPolicy: { apiServerPorts: [0] } }, says: 'apiServerPorts' },
  { what: 'a digest that is none', values: { image: { digest: 'sha256:1' } }, says: "'/image/digest'" },
  { what: 'a label that Kubernetes would refuse', values: { podLabels: { team: 'a b' } }, says: "'/podLabels/team'" },
  { what: 'more pods than there are', values: { podDisruptionBudget: { minAvailable: '101%' } }, says: 'minAvailable' },
  {
    what: 'a probe of no time',
    values: { livenessProbe: { periodSeconds: 0 } },
    says: "'/livenessProbe/periodSeconds'",
  },
  { what: 'a flag that is no text', values: { extraArgs: [1] }, says: "'/extraArgs/0'" },
  {
    what: 'a place of runbooks that is no address',
    values: { metrics: { prometheusRule: { runbooks: 'docs' } } },
    says: "'/metrics/prometheusRule/runbooks'",
  },
  { what: 'a variable without a name', values: { extraEnv: [{ value: 'a' }] }, says: "'/extraEnv/0'" },
  { what: 'a name that no object may have', values: { fullnameOverride: 'A_b' }, says: "'/fullnameOverride'" },
  {
    what: 'a scrape that is read otherwise',
    values: { metrics: { podMonitor: { endpoint: { honorLabels: false } } } },
    says: "'/metrics/podMonitor/endpoint'",
  },
  { what: 'more workers than there may be', values: { workers: 65 }, says: "'/workers'" },
  {
    what: 'a block that is longer than an address',
    values: { upstreamAddresses: { refuse: ['10.0.0.0/33'] } },
    says: "'/upstreamAddresses/refuse/0'",
  },
];

/** Values that must fit each other, refused with a sentence of ours. */
const byTemplate: readonly Refusal[] = [
  { what: 'no gateway', values: { gateways: [] }, says: 'gateways is empty: name at least one gateway' },
  {
    what: 'two gateways of one name',
    values: { gateways: [aGateway, { ...aGateway, adminUrl: 'https://other:7443' }] },
    says: 'gateways has the name default twice: a resource could not say which of them it means',
  },
  {
    what: 'a gateway for nobody',
    values: ofGateway({ allowedNamespaces: undefined }),
    says: 'gateway default is for nobody: give allowedNamespaces, with "*" for all namespaces as before, or tenants',
  },
  {
    what: 'a gateway that is for namespaces and for tenants',
    values: ofGateway({ tenants: [{ namespaces: ['shop'], hosts: [] }] }),
    says: 'gateway default has allowedNamespaces and tenants: give one of them',
  },
  {
    what: 'a CA for a gateway that is not verified',
    values: ofGateway({ insecureSkipVerify: true, caConfigMap: { name: 'ca' } }),
    says: 'gateway default has insecureSkipVerify and caConfigMap, which would have no effect then',
  },
  {
    what: 'a tenant without namespaces',
    values: ofTenant({ hosts: [] }),
    says: 'gateway default, tenants[0]: give either namespaces or namespaceSelector',
  },
  {
    what: 'a tenant by names and by labels',
    values: ofTenant({ namespaces: ['shop'], namespaceSelector: { matchLabels: { a: 'b' } }, hosts: [] }),
    says: 'gateway default, tenants[0]: give either namespaces or namespaceSelector',
  },
  {
    what: 'a shard beyond the last one',
    values: { shard: '3/2' },
    says: 'shard is 3/2: I in I/N counts from 0 and must be less than N',
  },
  {
    what: 'a shard whose policies would shut out the others',
    values: { shard: '0/2' },
    says: 'shard: name the service accounts of the other shards in admissionPolicies.secretWriters.users',
  },
  {
    what: 'no name of a service account that exists',
    values: { serviceAccount: { create: false } },
    says: 'serviceAccount.name is needed',
  },
  {
    what: 'a leader that holds on for longer than the others wait',
    values: { leaderElection: { renewDeadline: '15s' } },
    says: 'leaderElection.renewDeadline is 15s: it must be shorter than leaseDuration, which is 15s',
  },
  {
    what: 'an election that is asked about too seldom',
    values: { leaderElection: { retryPeriod: '10s' } },
    says: 'leaderElection.retryPeriod is 10s: it must be shorter than renewDeadline, which is 10s',
  },
  {
    what: 'two monitors, which would scrape twice',
    values: { metrics: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } } },
    says: 'metrics has serviceMonitor and podMonitor, which would scrape every pod twice',
  },
];

/** Bounds of the operator, each with what lies just beyond. */
const bounds = [
  { field: 'driftInterval', least: '10s', below: '9s', most: '24h', above: '24h1s' },
  { field: 'livenessInterval', least: '1s', below: '0s', most: '5m', above: '5m1s' },
  { field: 'proofInterval', least: '1m', below: '59s', most: '168h', above: '168h1s' },
  { field: 'deletionDeadline', least: '1m', below: '59s', most: '8760h', above: '8760h1s' },
] as const;

describe('the chart refuses', () => {
  const chart = useChart();
  // Without the CRDs, which take most of the time.
  const template = (values: object, ...args: string[]) =>
    chart.template(stringify({ crds: { enabled: false }, gateways: [aGateway], ...values }), ...args);
  const operatorTakes = (values: object) => {
    const { stdout, stderr } = template(values);
    assert.notEqual(stdout, '', stderr);
    const config = manifestsIn(stdout).find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yaml'] ?? '';
    return parseOperatorConfig(parse(config)).ok;
  };
  const configOf = (change: object) =>
    parseOperatorConfig({ gateways: [operatorGateway], leaderElection: { namespace: 'a' }, ...change });

  for (const { what, values, says } of [...bySchema, ...byTemplate]) {
    it(what, () => {
      const { stderr, exitCode } = template(values);
      assert.equal(exitCode, 1);
      assert.ok(stderr.includes(says), stderr);
    });
  }

  it('the same when it is only linted, as far as the schema can tell', () => {
    for (const values of [{ shard: 'first' }, { resources: { limits: { memory: 'banana' } } }, { copies: 2 }])
      assert.notEqual(chart.lint(stringify({ gateways: [aGateway], ...values })).exitCode, 0);
  });

  for (const { field, least, below, most, above } of bounds) {
    it(`a ${field} out of the bounds of the operator, and takes those bounds`, () => {
      for (const given of [least, most]) {
        assert.ok(operatorTakes({ [field]: given }), given);
        assert.ok(configOf({ [field]: given }).ok, given);
      }
      for (const given of [below, above]) {
        const { stderr } = template({ [field]: given });
        assert.ok(stderr.includes(`${field} is ${given}: the operator takes ${least} to ${most}`), stderr);
        assert.ok(!configOf({ [field]: given }).ok, given);
      }
    });
  }

  it('a longestConnection of a gateway out of the bounds of the operator, and takes those bounds', () => {
    const within = (longestConnection: string) => ({ gateways: [{ ...aGateway, longestConnection }] });
    const ofOperator = (longestConnection: string) =>
      configOf({ gateways: [{ ...operatorGateway, longestConnection }] });
    for (const given of ['1s', '8760h']) assert.ok(operatorTakes(within(given)) && ofOperator(given).ok, given);
    for (const given of ['0s', '8760h1s']) {
      const { stderr } = template(within(given));
      assert.ok(stderr.includes(`gateways[].longestConnection is ${given}: the operator takes 1s to 8760h`), stderr);
      assert.ok(!ofOperator(given).ok, given);
    }
  });

  it('times of the election out of the bounds of the operator, and takes those bounds', () => {
    const longest = { leaseDuration: '10m', renewDeadline: '9m59s', retryPeriod: '9m58s' };
    const shortest = { leaseDuration: '3s', renewDeadline: '2s', retryPeriod: '1s' };
    for (const leaderElection of [longest, shortest]) assert.ok(operatorTakes({ leaderElection }));
    for (const [field, given] of [
      ['leaseDuration', '10m1s'],
      ['renewDeadline', '10m1s'],
      ['retryPeriod', '0s'],
    ] as const) {
      const { stderr } = template({ leaderElection: { ...longest, [field]: given } });
      assert.ok(stderr.includes(`leaderElection.${field} is ${given}: the operator takes 1s to 10m`), stderr);
      assert.ok(!configOf({ leaderElection: { namespace: 'a', ...longest, [field]: given } }).ok);
    }
  });
});
