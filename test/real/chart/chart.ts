import assert from 'node:assert/strict';
import { execaSync } from 'execa';
import { parseAllDocuments } from 'yaml';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensureHelm } from '../../../deploy/local/tools/helm.ts';

/** A Kubernetes object, as far as these suites look into one. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: unknown;
  readonly roleRef?: { readonly name: string };
  readonly automountServiceAccountToken?: boolean;
  readonly spec?: unknown;
}

interface HelmResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** `values` is a values file as text. */
export interface Chart {
  template(values: string, ...args: readonly string[]): HelmResult;
  lint(values: string): HelmResult;
}

const chart = 'helm/mtls-operator';
const release = ['mtls-operator', chart, '--namespace', 'mtls-operator-system'];

/** To be called inside of `describe`: helm, built first where the cache has none. */
export function useChart(): Chart {
  let helm = '';
  before('build helm', async function () {
    this.timeout(20 * 60_000);
    const progress = printProgress(process.stderr);
    helm = await ensureHelm(progress);
    progress.done();
  });
  const run = (args: readonly string[], input: string): HelmResult => {
    const { stdout, stderr, exitCode } = execaSync(helm, [...args, '--values', '-'], { input, reject: false });
    return { stdout, stderr, exitCode: exitCode ?? -1 };
  };
  return {
    template: (values, ...args) => run(['template', ...release, ...args], values),
    lint: (values) => run(['lint', '--strict', chart], values),
  };
}

export function manifestsIn(yaml: string): readonly Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
}

/** The spec of the first object of a kind, as far as a test looks into it. */
export function specOf<Spec>(manifests: readonly Manifest[], kind: string): Spec {
  const manifest = manifests.find((one) => one.kind === kind);
  assert.ok(manifest !== undefined, `no ${kind}`);
  return manifest.spec as Spec;
}

/** The spec of the pod of the one Deployment. */
export function podOf<Pod extends object>(manifests: readonly Manifest[]): Pod {
  return specOf<{ readonly template: { readonly spec: Pod } }>(manifests, 'Deployment').template.spec;
}
