import { stringify } from 'yaml';
import { type CustomResourceDefinition, customResourceDefinitions } from '../api/crd.ts';
import { group } from '../api/group.ts';

export const notice = '# Generated from src/api by `npm run generate`; do not edit.\n';

/** Sorted keys, as controller-gen writes them: the order of the source is no part of the API. */
export const toYaml = (value: unknown) =>
  stringify(value, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });

/** Every generated file by its path in the project: `crds/` for kubectl and kustomize, and the templates of the chart. */
export function crdFiles(): ReadonlyMap<string, string> {
  const resources = customResourceDefinitions.map((crd) => fileName(crd));
  return new Map([
    ...customResourceDefinitions.map((crd) => [`crds/${fileName(crd)}`, notice + toYaml(crd)] as const),
    ['crds/kustomization.yaml', notice + toYaml({ apiVersion, kind: 'Kustomization', resources })],
    ...customResourceDefinitions.map(
      (crd) => [`${templates}/crd-${crd.spec.names.plural}.yaml`, template(crd)] as const,
    ),
  ]);
}

const apiVersion = 'kustomize.config.k8s.io/v1beta1';
export const templates = 'helm/mtls-operator/templates';

const fileName = ({ spec }: CustomResourceDefinition) => `${group}_${spec.names.plural}.yaml`;

/** A template and not a file of Helm's `crds/`, which Helm never upgrades. */
function template({ apiVersion, kind, metadata, spec }: CustomResourceDefinition): string {
  return `{{- if .Values.crds.enabled }}
${notice}apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${metadata.name}
  {{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict .Values.crds.keep }}
  {{- include "mtls-operator.metadata" (list . dict $keep) | nindent 2 }}
${toYaml({ spec })}{{- end }}
`;
}
