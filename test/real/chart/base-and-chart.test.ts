import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import { parseOperatorConfig } from '../../../src/api/operator-config.ts';
import { aGateway } from '../../chart/chart-files.ts';
import { useCluster } from '../../harness/cluster.ts';
import { type Manifest, manifestsIn, useChart } from './chart.ts';

/** What deploy/base/operator/config.yaml says, as values. */
const values = {
  gateways: [
    {
      ...aGateway,
      tokenSecret: { name: 'mtls-operator-gateway-default' },
      caConfigMap: { name: 'mtls-operator-gateway-default' },
      dataPlane: { https: ['gateway.example:9443'], http: ['gateway.example:9080'] },
      allowedNamespaces: ['default'],
    },
  ],
};

/** Where they may differ, by kind, name and path, and why. */
const accepted: readonly { readonly where: RegExp; readonly why: string }[] = [
  {
    where: /^Namespace mtls-operator-system /,
    why: 'Helm makes a namespace by --create-namespace, and never labels it',
  },
  { where: / metadata\.labels\./, why: 'the chart adds its name and version, and who manages the object' },
  { where: /[. ](matchLabels|selector)\.app\.kubernetes\.io\/instance$/, why: 'there may be several releases' },
  { where: / spec\.template\.metadata\.labels\.app\.kubernetes\.io\/instance$/, why: 'there may be several releases' },
  {
    where: /^Deployment .* spec\.template\.metadata\.annotations\.checksum\/config$/,
    why: 'a change of the configuration rolls the pods: kustomize puts a hash into the name of the ConfigMap instead',
  },
  { where: /^CustomResourceDefinition .*\.helm\.sh\/resource-policy$/, why: 'for helm uninstall' },
  { where: /^Deployment .*\.imagePullPolicy$/, why: 'the chart says the default of Kubernetes' },
  {
    where: /^Deployment .*\.(volumes|volumeMounts)\[\d\]\.name$/,
    why: 'the chart numbers the volumes of gateways, since a name of a gateway may be longer than that of a volume',
  },
  { where: /^Deployment .*\.items\[0\]\.(key|path)$/, why: 'values of the chart can name the keys' },
  {
    where: /^ConfigMap .* data\.config\.yaml$/,
    why: 'comments and defaults: the operator reads the same, as a test shows',
  },
  {
    where: /^ValidatingAdmissionPolicy .*marked-secrets .*\.expression$/,
    why: 'the chart writes strings of CEL as JSON',
  },
];

/** Every value that is no list and no map, by its path. */
function leavesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  const entries = Array.isArray(value)
    ? value.map((one, at) => [`${path}[${at}]`, one] as const)
    : Object.entries(value).map(([key, one]) => [`${path}${path.endsWith(' ') ? '' : '.'}${key}`, one] as const);
  return entries.length === 0 ? [[path, value]] : entries.flatMap(([at, one]) => leavesOf(one, at));
}

const leavesIn = (manifests: readonly Manifest[]) =>
  new Map(manifests.flatMap((one) => leavesOf(one, `${one.kind} ${one.metadata.name} `)));

describe('the kustomize base and the chart', () => {
  const chart = useChart();
  const cluster = useCluster();
  const built = async (directory: string) => {
    const { stdout, stderr, exitCode } = await cluster.kubectl(['kustomize', directory]);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  let base: readonly Manifest[];
  let render: readonly Manifest[];
  let differences: readonly string[];
  before(async () => {
    // The hash of kustomize.
    base = manifestsIn((await built('deploy/base')).replaceAll(/(mtls-operator-config)-[a-z0-9]{10}\b/g, '$1'));
    const { stdout, stderr } = chart.template(stringify(values));
    assert.notEqual(stdout, '', stderr);
    render = manifestsIn(stdout);
    const [ofBase, ofChart] = [leavesIn(base), leavesIn(render)];
    const all = new Set([...ofBase.keys(), ...ofChart.keys()]);
    differences = [...all].filter((path) => JSON.stringify(ofBase.get(path)) !== JSON.stringify(ofChart.get(path)));
  });

  it('are equal but for what is accepted', () => {
    assert.ok(base.length > 20);
    assert.deepEqual(
      differences.filter((path) => !accepted.some(({ where }) => where.test(path))),
      [],
    );
  });

  for (const { where, why } of accepted)
    it(`differ in ${where.source}: ${why}`, () => assert.ok(differences.some((path) => where.test(path))));

  it('have the operator read the same', () => {
    const read = (manifests: readonly Manifest[]) => {
      const config = manifests.find(({ data }) => data?.['config.yaml'] !== undefined)?.data?.['config.yaml'] ?? '';
      const parsed = parseOperatorConfig(parse(config));
      assert.ok(parsed.ok, JSON.stringify(parsed));
      return JSON.stringify(parsed.value);
    };
    assert.deepEqual(JSON.parse(read(render)), JSON.parse(read(base)));
  });

  it('have the account of the policies the same', () => {
    const writers = (manifests: readonly Manifest[]) => {
      const policy = manifests.find(({ metadata }) => metadata.name === 'mtls-operator-marked-secrets');
      const { matchConditions } = (policy?.spec ?? {}) as { matchConditions?: { expression: string }[] };
      return matchConditions?.map(({ expression }) => expression.replaceAll("'", '"'));
    };
    assert.notEqual(writers(base), undefined);
    assert.deepEqual(writers(render), writers(base));
  });

  for (const directory of ['crds', 'deploy/base', 'deploy/managed-nginx', 'deploy/tenants-by-label']) {
    it(`${directory} is accepted by the API server`, async () => {
      // Namespaces and kinds must be there for a dry run of what is in them.
      for (const first of ['deploy/base/crds', 'deploy/base/rbac'])
        assert.equal((await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-k', first])).exitCode, 0);
      const objects = await built(directory);
      const flags = ['--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
      const { stdout, stderr, exitCode } = await cluster.kubectl(['apply', ...flags, '-f', '-'], { input: objects });
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout.trim().split('\n').length, manifestsIn(objects).length);
    });
  }
});
