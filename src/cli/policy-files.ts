import { admissionManifests } from '../api/admission/policies.ts';
import { notice, templates, toYaml } from './crd-files.ts';

/** The generated policies by their path in the project: for kustomize, and a template of the chart. */
export function policyFiles(): ReadonlyMap<string, string> {
  const base = admissionManifests('mtls-operator', { users: `['${baseAccount}']`, groups: '[]' });
  return new Map([
    ['deploy/base/policies/policies.yaml', notice + base.map(toYaml).join('---\n')],
    [`${templates}/admission-policies.yaml`, template()],
  ]);
}

const baseAccount = 'system:serviceaccount:mtls-operator-system:mtls-operator';

const metadata = '  {{- include "mtls-operator.metadata" (list $) | nindent 2 }}\n';

/** Where the operator watches some namespaces only, the policies are for these. */
const namespaces = `  {{- with $.Values.watchNamespaces }}
  matchResources:
    namespaceSelector:
      matchExpressions:
        - { key: kubernetes.io/metadata.name, operator: In, values: {{ toJson . }} }
  {{- end }}
`;

function template(): string {
  const writers = { users: '{{ toJson $writers.users }}', groups: '{{ toJson $writers.groups }}' };
  const manifests = admissionManifests('{{ $name }}', writers).map((manifest) => {
    const text = toYaml(manifest).replace(/^metadata:\n/m, (line) => line + metadata);
    return manifest.kind === 'ValidatingAdmissionPolicyBinding' ? text + namespaces : text;
  });
  return `{{- if include "mtls-operator.admissionPolicies" . }}
${notice}{{- $name := include "mtls-operator.fullname" . }}
{{- $writers := include "mtls-operator.secretWriters" . | fromJson }}
---
${manifests.join('---\n')}{{- end }}
`;
}
