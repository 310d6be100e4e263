import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { aGateway } from '../../chart/chart-files.ts';
import { type Manifest, manifestsIn, podOf, specOf, useChart } from './chart.ts';

interface Rule {
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Policy {
  readonly policyTypes: readonly string[];
  readonly ingress: readonly { readonly ports: readonly { readonly port: string }[] }[];
  readonly egress: readonly { readonly to?: object; readonly ports: readonly { readonly port: number }[] }[];
}

describe('what the chart permits', () => {
  const chart = useChart();
  const rendered = (values: object): readonly Manifest[] => {
    const { stdout, stderr } = chart.template(stringify({ crds: { enabled: false }, gateways: [aGateway], ...values }));
    assert.notEqual(stdout, '', stderr);
    return manifestsIn(stdout);
  };
  const find = (manifests: readonly Manifest[], kind: string) => manifests.filter((one) => one.kind === kind);

  describe('where namespaces are named', () => {
    const selecting = [{ namespaceSelector: { matchLabels: { team: 'a' } }, hosts: [] }];
    const everything = {
      watchNamespaces: ['shop', 'web'],
      managedNginx: { enabled: true },
      gateways: [{ ...aGateway, allowedNamespaces: undefined, tenants: selecting }],
    };
    /** What an account may do in all of the cluster: the rules of ClusterRoles that a ClusterRoleBinding gives. */
    const clusterWide = (manifests: readonly Manifest[]) => {
      const bound = find(manifests, 'ClusterRoleBinding').map(({ roleRef }) => roleRef?.name);
      const roles = find(manifests, 'ClusterRole').filter(({ metadata }) => bound.includes(metadata.name));
      return roles.flatMap(({ rules }) => rules as readonly Rule[]);
    };

    it('reads nothing of the whole cluster but names and labels of namespaces', () => {
      assert.deepEqual(
        clusterWide(rendered(everything)).map(({ resources, resourceNames, verbs }) => [
          resources,
          resourceNames,
          verbs,
        ]),
        [
          [['namespaces'], ['kube-system'], ['get']],
          [['namespaces'], undefined, ['list', 'watch']],
        ],
      );
    });

    it('reads no Secret and no ConfigMap but in those namespaces', () => {
      const roles = find(rendered(everything), 'Role').filter(({ rules }) =>
        (rules as readonly Rule[]).some(({ resources }) => resources.some((one) => /secrets|configmaps|\*/.test(one))),
      );
      assert.deepEqual(roles.map(({ metadata }) => metadata.namespace).sort(), ['shop', 'web']);
    });

    it('is otherwise than where none is named, which this test would see', () => {
      const resources = clusterWide(rendered({})).flatMap((rule) => rule.resources);
      assert.ok(resources.includes('secrets'));
    });
  });

  it('mounts the token of its account by itself alone, for an hour', () => {
    const manifests = rendered({});
    const pod = podOf<{
      readonly automountServiceAccountToken: boolean;
      readonly volumes: readonly {
        readonly name: string;
        readonly projected?: { readonly sources: readonly object[] };
      }[];
    }>(manifests);
    const [account] = find(manifests, 'ServiceAccount');
    assert.deepEqual([account?.automountServiceAccountToken, pod.automountServiceAccountToken], [false, false]);
    const { projected } = pod.volumes.find(({ name }) => name === 'service-account') ?? {};
    assert.deepEqual(projected?.sources[0], { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } });
  });

  it('lets in nothing but probes and scrapes', () => {
    const manifests = rendered({});
    const { ingress, policyTypes } = specOf<Policy>(manifests, 'NetworkPolicy');
    assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
    const [operator] = podOf<{ containers: { ports: { name: string }[] }[] }>(manifests).containers;
    assert.deepEqual(
      ingress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      operator?.ports.map(({ name }) => name),
    );
    assert.ok(ingress.every(({ ports }) => ports.length > 0));
  });

  it('lets out to the named gateways alone, beside DNS and the API server, on request', () => {
    const given = [{ to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: [{ protocol: 'TCP', port: 7443 }] }];
    const { egress } = specOf<Policy>(rendered({ networkPolicy: { egress: given } }), 'NetworkPolicy');
    assert.deepEqual(
      egress.filter(({ to }) => to !== undefined),
      given,
    );
    const anywhere = egress.filter(({ to }) => to === undefined).flatMap(({ ports }) => ports.map(({ port }) => port));
    assert.deepEqual(anywhere, [53, 53, 443, 6443]);
  });

  it('takes a security context or a probe away where it is null, and a part of it', () => {
    const values = { podSecurityContext: null, securityContext: { capabilities: null }, livenessProbe: null };
    const pod = podOf<{ securityContext?: object; containers: Record<string, object>[] }>(rendered(values));
    assert.equal(pod.securityContext, undefined);
    const [container] = pod.containers;
    assert.deepEqual(container?.['securityContext'], { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
    assert.equal(container?.['livenessProbe'], undefined);
    assert.deepEqual(container?.['readinessProbe'], {
      httpGet: { path: '/readyz', port: 'health' },
      timeoutSeconds: 5,
      periodSeconds: 5,
    });
  });

  it('keeps the labels by which pods are found, whatever others are given', () => {
    const labels = { 'app.kubernetes.io/name': 'mine', team: 'edge' };
    const { selector, template } = specOf<{
      selector: { matchLabels: Record<string, string> };
      template: { metadata: { labels: Record<string, string> } };
    }>(rendered({ commonLabels: labels, podLabels: labels }), 'Deployment');
    assert.deepEqual(template.metadata.labels, { ...selector.matchLabels, team: 'edge' });
    assert.equal(selector.matchLabels['app.kubernetes.io/name'], 'mtls-operator');
  });

  it('has labels and annotations of all objects at every object, and no budget for one replica', () => {
    const common = { commonLabels: { team: 'edge' }, commonAnnotations: { owner: 'edge' } };
    const manifests = rendered({ ...common, crds: { enabled: true }, replicas: 1 });
    for (const { kind, metadata } of manifests) {
      assert.equal(metadata.labels?.['team'], 'edge', `${kind} ${metadata.name}`);
      assert.equal(metadata.annotations?.['owner'], 'edge', `${kind} ${metadata.name}`);
    }
    assert.deepEqual(find(manifests, 'PodDisruptionBudget'), []);
  });
});
