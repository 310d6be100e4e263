import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** What Argo CD knows of a kind of ours, in the layout of its own repository. */
export const customizationOf = (kind: string) => `deploy/argocd/resource_customizations/mtls-operator.dev/${kind}`;

interface HealthTests {
  readonly tests: readonly {
    readonly healthStatus: { readonly status: string; readonly message: string };
    /** Below the directory of the kind. */
    readonly inputPath: string;
  }[];
}

/** Of health_test.yaml. */
export function healthTests(kind: string): HealthTests['tests'] {
  const { tests }: HealthTests = parse(readFileSync(join(customizationOf(kind), 'health_test.yaml'), 'utf8'));
  return tests;
}

export const settingsFile = 'deploy/argocd/health.yaml';

/** What `settingsFile` is to hold: the scripts as `argocd-cm` takes them. */
export function healthSettings(kinds: readonly string[]): string {
  const lua = (file: string) => readFileSync(file, 'utf8');
  const ours = kinds.map((kind) => [`mtls-operator.dev_${kind}`, lua(join(customizationOf(kind), 'health.lua'))]);
  const scripts = [...ours, ['argoproj.io_Application', lua('deploy/argocd/application-health.lua')]];
  const data = scripts.map(([key, script]) => [`resource.customizations.health.${key}`, script]);
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm', namespace: 'argocd' } };
  return `${head}${stringify({ ...map, data: Object.fromEntries(data) }, { lineWidth: 0 })}`;
}

const head = `# Made by npm run golden of resource_customizations and application-health.lua.
# kubectl -n argocd patch configmap argocd-cm --patch-file deploy/argocd/health.yaml
`;
