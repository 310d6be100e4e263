import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import type { OperatorConfig } from '../../../src/api/operator-config.ts';
import { useOwnCluster } from '../../harness/cluster.ts';
import { eventually } from '../../harness/eventually.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';
import { type Manifest, manifestsIn, useChart } from '../chart/chart.ts';
import { type Asked, AuditLog } from './audit-log.ts';
import { describeAsked, describeGrant, type Grant, grantsOf, isFor } from './grants.ts';
import { describeLife } from './life.ts';
import { type Scope, unaskedUsesOf, usesOf } from './uses.ts';

const account = { namespace: 'mtls-operator-system', name: 'mtls-operator' };
const user = `system:serviceaccount:${account.namespace}:${account.name}`;

/** Stands for the namespace of the suite, whose name is known only when it runs. */
const watched = 'the watched namespace';

/** What was answered may be noted a moment later. */
const patience = Temporal.Duration.from({ seconds: 2 });

interface Mode {
  readonly title: string;
  readonly scope: Scope;
  readonly values: (namespace: string) => object;
  readonly config: (whole: Whole) => OperatorConfig;
}

const gateway = {
  name: 'default',
  type: 'api7-ee',
  adminUrl: 'https://api7-ee-dashboard.example:7443',
  tokenSecret: { name: 'gateway-default' },
};
const selector = { matchLabels: { team: 'rights' } };
const tenant = { hosts: ['*'], routesWithoutHost: true };

const modes: readonly Mode[] = [
  {
    title: 'where it watches all namespaces, and tenants are known by labels',
    scope: { watched: 'all', release: account.namespace, byLabel: true },
    values: () => ({ gateways: [{ ...gateway, tenants: [{ namespaceSelector: selector, ...tenant }] }] }),
    config: (whole) => {
      const tenants = [{ namespaceSelector: { ...selector, matchExpressions: [] }, ...tenant }];
      const { gateways, ...config } = whole.config();
      const open = gateways.map(({ allowedNamespaces: _, ...rest }) => ({ ...rest, tenants }));
      return { ...config, gateways: open, watchNamespaces: [] };
    },
  },
  {
    title: 'where it watches named namespaces',
    scope: { watched: [watched], release: account.namespace, byLabel: false },
    values: (namespace) => ({ gateways: [{ ...gateway, allowedNamespaces: ['*'] }], watchNamespaces: [namespace] }),
    config: (whole) => whole.config(),
  },
];

describe('the rights that the chart gives the operator', () => {
  const log = new AuditLog(user);
  const chart = useChart();
  // Off in most clusters; where it is on, who names an owner that blocks its own deletion must have the right to.
  const ownersAreChecked = '--enable-admission-plugins=OwnerReferencesPermissionEnforcement';
  const cluster = useOwnCluster({ apiServerFlags: (directory) => [...log.flags(directory), ownersAreChecked] });

  for (const { title, scope, values, config } of modes) {
    describe(title, () => {
      let manifests: readonly Manifest[];
      const install = async ({ namespace, kubectl }: Whole) => {
        const ours = ['--selector=app.kubernetes.io/instance=mtls-operator'];
        await kubectl(['delete', 'clusterrolebindings,clusterroles', ...ours]);
        await kubectl(['delete', 'rolebindings,roles', '--all-namespaces', ...ours]);
        // Only where there is none yet is a Lease made.
        await kubectl(['delete', 'lease', account.name, '--namespace', account.namespace, '--ignore-not-found']);
        const { stdout, stderr, exitCode } = chart.template(
          stringify({ ...values(namespace), managedNginx: { enabled: true } }),
        );
        assert.equal(exitCode, 0, stderr);
        const kinds = ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
        manifests = manifestsIn(stdout).filter(({ kind }) => kinds.includes(kind));
        const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: account.namespace } };
        await kubectl(['label', 'namespace', namespace, 'team=rights']);
        await kubectl(['apply', '--server-side', '-k', 'deploy/base/crds']);
        await kubectl(['apply', '-f', '-'], [own, ...manifests].map((one) => stringify(one)).join('---\n'));
        await kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all']);
        log.forget();
      };
      const given = useWhole({ cluster, install, operator: false });

      const uses = usesOf(scope);
      const unasked = unaskedUsesOf(scope);

      describe('in a whole life', () => describeLife(given, () => config(given.whole)));

      describe('after it', () => {
        const here = <Kind extends Grant>(grant: Kind): Kind =>
          grant.namespace === watched ? { ...grant, namespace: given.whole.namespace } : grant;
        const sorted = (grants: readonly Grant[]) => grants.map((grant) => describeGrant(here(grant))).sort();
        const granted = () => grantsOf(account, manifests);

        it('are those that are listed here', () => assert.deepEqual(sorted(granted()), sorted([...uses, ...unasked])));

        it('are all that its account has', async () => {
          const kinds = 'clusterroles,clusterrolebindings,roles,rolebindings';
          const all = JSON.parse(await given.whole.kubectl(['get', kinds, '--all-namespaces', '-o', 'json']));
          assert.deepEqual(sorted(grantsOf(account, all.items)), sorted(granted()));
        });

        for (const use of uses) {
          it(`were used: ${describeGrant(use)}, to ${use.to}`, () =>
            eventually(() => assertUsed(here(use), log.read()), patience));
        }

        for (const use of unasked) {
          it(`are needed: ${describeGrant(use)}, to ${use.to}`, () => assertNeeded(here(use), granted(), given.whole));
        }

        it('were enough: nothing that it asked for was refused', () => {
          const asked = log.read();
          assert.ok(asked.length > 100, `${asked.length} requests`);
          assert.deepEqual(asked.filter(({ code }) => code === 401 || code === 403).map(describeAsked), []);
        });

        it('were what let it: each of its requests took one of them', () => {
          const others = log
            .read()
            .filter((one) => one.resource !== '' && !granted().some((grant) => isFor(grant, one)));
          assert.deepEqual(others.map(describeAsked), []);
        });
      });
    });
  }
});

function assertUsed(use: Grant, asked: readonly Asked[]): void {
  const alike = asked.filter(({ group, resource }) => group === use.group && resource === use.resource);
  const seen = new Set(alike.map(describeAsked));
  assert.ok(
    asked.some((one) => isFor(use, one)),
    `no request took it; of that resource it asked: ${[...seen].join(', ')}`,
  );
}

/** Whoever has all the rights but this one may not do what the operator does with it. */
async function assertNeeded(use: Grant, all: readonly Grant[], { cluster, kubectl, namespace }: Whole): Promise<void> {
  const name = `all-but-${use.resource.replace('/', '-')}`;
  const others = all.filter((grant) => describeGrant(grant) !== describeGrant(use));
  assert.equal(others.length, all.length - 1);
  const rules = others.map(({ group, resource, verb }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  const metadata = { name, namespace };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata };
  const objects = [
    { ...rbac, kind: 'Role', rules },
    { ...rbac, kind: 'RoleBinding', roleRef, subjects },
  ];
  await kubectl(['apply', '-f', '-'], objects.map((one) => stringify(one)).join('---\n'));
  const [plural] = use.resource.split('/');
  const kind = plural === 'mtlsgateways' ? 'MtlsGateway' : 'MtlsUpstream';
  const owner = { apiVersion: 'mtls-operator.dev/v1alpha1', kind, name: 'a', uid: 'a', blockOwnerDeletion: true };
  const child = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'child', namespace, ownerReferences: [owner] },
  };
  const createAs = (who: string) =>
    cluster.kubectl(['--as', who, 'create', '--dry-run=server', '-f', '-'], { input: stringify(child) });
  const refused = await createAs(name);
  assert.match(refused.stderr, /cannot set blockOwnerDeletion/);
  const { exitCode, stderr } = await createAs(user);
  assert.equal(exitCode, 0, stderr);
}
