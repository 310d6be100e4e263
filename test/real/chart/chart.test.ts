import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import { customResourceDefinitions } from '../../../src/api/crd.ts';
import { parseOperatorConfig } from '../../../src/api/operator-config.ts';
import { aGateway as gateway } from '../../chart/chart-files.ts';
import { useCluster } from '../../harness/cluster.ts';
import { describeGolden, goldenCases } from '../../harness/golden.ts';
import { type Manifest, manifestsIn, podOf, useChart } from './chart.ts';

const goldenSuite = { directory: 'chart', input: '.values.yaml', output: '.out.yaml' };

describe('the chart', () => {
  const chart = useChart();
  const cluster = useCluster();

  const template = (values: string, ...args: string[]) => {
    const { stdout, stderr, exitCode } = chart.template(values, ...args);
    assert.equal(exitCode, 0, stderr);
    return `${stdout}\n`;
  };
  const rendered = (values: object, ...args: string[]) => manifestsIn(template(stringify(values), ...args));
  const kubectl = async (args: readonly string[], input = '') => {
    const { stdout, stderr, exitCode } = await cluster.kubectl(args, { input });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };

  describeGolden(goldenSuite, template);

  for (const { name, input } of goldenCases(goldenSuite)) {
    it(`passes helm lint with the values of ${name}`, () => {
      const { stdout, stderr, exitCode } = chart.lint(input);
      assert.equal(exitCode, 0, stdout + stderr);
    });

    it(`gives the operator a configuration that it takes, with the values of ${name}`, () => {
      const config = manifestsIn(template(input)).find(({ kind }) => kind === 'ConfigMap');
      const parsed = parseOperatorConfig(parse(config?.data?.['config.yaml'] ?? ''));
      assert.ok(parsed.ok, JSON.stringify(parsed));
      const { gateways, watchNamespaces = [] } = parse(input);
      assert.deepEqual(parsed.value.watchNamespaces, watchNamespaces);
      const addresses = (all: readonly { name: string; adminUrl: string }[]) => all.map((g) => [g.name, g.adminUrl]);
      assert.deepEqual(addresses(parsed.value.gateways), addresses(gateways));
    });

    it(`is accepted by the API server, with the values of ${name}`, async () => {
      const namespaces = [await cluster.namespace(), await cluster.namespace()];
      const watched = parse(input).watchNamespaces ? ['--set', `watchNamespaces={${namespaces.join(',')}}`] : [];
      // This API server does not know the kinds of the Prometheus operator.
      const unknown = ['serviceMonitor', 'podMonitor', 'prometheusRule'];
      const known = unknown.flatMap((kind) => ['--set', `metrics.${kind}.enabled=false`]);
      const objects = template(input, ...watched, ...known, '--namespace', namespaces[0] ?? '');
      // Applied, not created: other suites on this cluster have installed the same rights.
      const flags = ['--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
      const answer = await kubectl(['apply', ...flags, '-f', '-'], objects);
      assert.equal(answer.split('\n').length, manifestsIn(objects).length);
    });
  }

  it('brings the CRDs as they are generated, and keeps them when it is uninstalled', () => {
    const crds = rendered({ gateways: [gateway] }).filter(({ kind }) => kind === 'CustomResourceDefinition');
    assert.deepEqual(
      crds.map(({ metadata, spec }) => [metadata.name, spec]),
      customResourceDefinitions.map(({ metadata, spec }) => [metadata.name, JSON.parse(JSON.stringify(spec))]),
    );
    for (const { metadata } of crds) assert.equal(metadata.annotations?.['helm.sh/resource-policy'], 'keep');
  });

  it('lets the CRDs go with it where that is wanted', () => {
    const crds = rendered({ gateways: [gateway], crds: { keep: false } }).filter(
      ({ kind }) => kind === 'CustomResourceDefinition',
    );
    assert.deepEqual(
      crds.map(({ metadata }) => metadata.annotations),
      [undefined, undefined],
    );
  });

  it('grants the rights of the kustomize base', async () => {
    const base = manifestsIn(await kubectl(['kustomize', 'deploy/base/rbac']));
    assert.deepEqual(rulesByName(rendered({ gateways: [gateway] })), rulesByName(base));
  });

  it('lets the operator watch namespaces, as kustomize does, only where a tenant is known by their labels', async () => {
    const tenants = [{ namespaceSelector: { matchLabels: { team: 'a' } }, hosts: ['a.test'] }];
    const more = manifestsIn(await kubectl(['kustomize', 'deploy/tenants-by-label']));
    assert.deepEqual(rulesByName(rendered({ gateways: [{ ...gateway, allowedNamespaces: undefined, tenants }] })), {
      ...rulesByName(rendered({ gateways: [gateway] })),
      ...rulesByName(more),
    });
  });

  it('lets the operator manage Deployments, Services and budgets, as kustomize does, only where it runs NGINX', async () => {
    const more = rulesByName(manifestsIn(await kubectl(['kustomize', 'deploy/managed-nginx'])));
    const own = 'ClusterRole mtls-operator';
    const without = rulesByName(rendered({ gateways: [gateway] }));
    const { [own]: rules = [], ...others } = rulesByName(
      rendered({ gateways: [gateway], managedNginx: { enabled: true } }),
    );
    const { [own]: before = [], ...othersBefore } = without;
    const added = more[`${own}-managed-nginx`] ?? [];
    assert.deepEqual(others, othersBefore);
    assert.equal(rules.length, before.length + added.length);
    assert.deepEqual(new Set(rules), new Set([...before, ...added]));
  });

  it('grants the same in each watched namespace, and nothing elsewhere but the name of the cluster', () => {
    const everywhere = rulesByName(rendered({ gateways: [gateway] }));
    const { 'ClusterRole mtls-operator': rules, ...others } = everywhere;
    assert.deepEqual(rulesByName(rendered({ gateways: [gateway], watchNamespaces: ['shop', 'web'] })), {
      ...others,
      'Role shop/mtls-operator': rules,
      'Role web/mtls-operator': rules,
    });
  });

  it('has the NetworkPolicy of the kustomize base, and more rules on request', async () => {
    const rulesOf = (manifests: readonly Manifest[]) => {
      const { ingress, egress } = (manifests.find(({ kind }) => kind === 'NetworkPolicy')?.spec ?? {}) as {
        readonly ingress?: unknown;
        readonly egress?: readonly unknown[];
      };
      return { ingress, egress };
    };
    const base = rulesOf(manifestsIn(await kubectl(['kustomize', 'deploy/base/operator'])));
    assert.equal(base.egress?.length, 3);
    assert.deepEqual(rulesOf(rendered({ gateways: [gateway] })), base);
    const extraEgress = [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }];
    const more = rulesOf(rendered({ gateways: [gateway], networkPolicy: { extraEgress } }));
    assert.deepEqual(more.egress, [...(base.egress ?? []), ...extraEgress]);
    assert.deepEqual(rulesOf(rendered({ gateways: [gateway], networkPolicy: { enabled: false } })), {
      ingress: undefined,
      egress: undefined,
    });
  });

  it('says where nodes of upstreams may be', () => {
    const upstreamAddresses = { allow: ['127.0.0.0/8', '::1/128'], refuse: ['10.0.0.0/24'] };
    const config = (values: object) => {
      const manifest = rendered({ gateways: [gateway], ...values }).find(({ kind }) => kind === 'ConfigMap');
      const parsed = parseOperatorConfig(parse(manifest?.data?.['config.yaml'] ?? ''));
      assert.ok(parsed.ok, JSON.stringify(parsed));
      return parsed.value.upstreamAddresses;
    };
    assert.deepEqual(config({ upstreamAddresses }), upstreamAddresses);
    assert.deepEqual(config({}), { allow: [], refuse: [] });
  });

  describe('its policies', () => {
    const ofPolicies = (manifests: readonly Manifest[]) =>
      manifests
        .filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'))
        .map(({ kind, metadata, spec }) => ({ name: `${kind} ${metadata.name}`, spec }))
        .toSorted((one, other) => one.name.localeCompare(other.name));
    const withoutWriters = (policies: unknown) =>
      JSON.stringify(policies).replaceAll(/\bin \[[^\]]*mtls-operator[^\]]*\]/g, 'in []');

    it('are those of the kustomize base', async () => {
      const base = ofPolicies(manifestsIn(await kubectl(['kustomize', 'deploy/base/policies'])));
      assert.equal(base.length, 6);
      const own = ofPolicies(rendered({ gateways: [gateway] }));
      assert.deepEqual(JSON.parse(withoutWriters(own)), JSON.parse(withoutWriters(base)));
    });

    it('let the account of the release and those of the values write Secrets with marks', () => {
      const secretWriters = { users: ['system:serviceaccount:velero:velero'], groups: ['keepers "of" backups'] };
      const values = { gateways: [gateway], serviceAccount: { name: 'mtls' }, admissionPolicies: { secretWriters } };
      const policy = rendered(values, '--namespace', 'edge').find(
        ({ metadata }) => metadata.name === 'mtls-operator-marked-secrets',
      );
      const { matchConditions } = (policy?.spec ?? {}) as { matchConditions?: { expression: string }[] };
      assert.equal(
        matchConditions?.[0]?.expression,
        '!(request.userInfo.username in ["system:serviceaccount:edge:mtls","system:serviceaccount:velero:velero"]) &&\n!request.userInfo.?groups.orValue([]).exists(g, g in ["keepers \\"of\\" backups"])',
      );
    });

    it('are for the namespaces that the operator watches', () => {
      const bindings = (watchNamespaces: readonly string[]) =>
        rendered({ gateways: [gateway], watchNamespaces })
          .filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')
          .map(({ spec }) => (spec as { matchResources?: unknown }).matchResources);
      const expression = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'web'] };
      const matchResources = { namespaceSelector: { matchExpressions: [expression] } };
      assert.deepEqual(bindings(['shop', 'web']), [matchResources, matchResources, matchResources]);
      assert.deepEqual(bindings([]), [undefined, undefined, undefined]);
    });

    for (const { what, args, values = {}, count } of [
      { what: 'are there where no cluster was asked', args: [], count: 6 },
      {
        what: 'are there on an API server that has them',
        args: [
          '--api-versions',
          'v1/Secret',
          '--api-versions',
          'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
        ],
        count: 6,
      },
      { what: 'are left out on one that does not', args: ['--api-versions', 'v1/Secret'], count: 0 },
      { what: 'are left out on request', args: [], values: { admissionPolicies: { enabled: false } }, count: 0 },
    ]) {
      it(what, () => assert.equal(ofPolicies(rendered({ gateways: [gateway], ...values }, ...args)).length, count));
    }

    it('are one for all shards that have one account', () => {
      const serviceAccount = { create: false, name: 'shared' };
      assert.equal(ofPolicies(rendered({ gateways: [gateway], shard: '0/2', serviceAccount })).length, 6);
    });
  });

  it('runs a pod that meets the Pod Security level restricted', async () => {
    const namespace = await cluster.namespace();
    await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    // The service account is of the release, and admission would look for it here.
    await kubectl(['create', 'serviceaccount', 'operator', '-n', namespace]);
    const spec = { ...podOf(rendered({ gateways: [gateway] })), serviceAccountName: 'operator' };
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator', namespace }, spec };
    await kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(manifest));
  });
});

/** Rules of every role by kind, namespace and name. */
function rulesByName(manifests: readonly Manifest[]): Readonly<Record<string, readonly unknown[]>> {
  const roles = manifests.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
  return Object.fromEntries(
    roles.map(({ kind, metadata: { namespace, name }, rules }) => [
      `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
      Array.isArray(rules) ? rules : [],
    ]),
  );
}
