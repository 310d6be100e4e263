import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, stringify } from 'yaml';
import { gatewayExample, upstreamExample } from '../../deploy/local/demo/examples.ts';
import { publishIpRoute } from '../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../deploy/local/processes/ports.ts';
import type { Whole } from '../harness/whole.ts';
import type { Argo } from './argo.ts';

const appOfApps = 'deploy/argocd/app-of-apps';

const guides = ['gateway.yaml', 'upstream.yaml'] as const;
type Guide = (typeof guides)[number];

/** Some of what the operator's manifests bring, of each sort but CRDs, which Argo CD never deletes with an Application. */
const brought = ['clusterrole/mtls-operator', 'clusterrolebinding/mtls-operator', 'namespace/mtls-operator-system'];
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

/** Either of them: an Application, or an ApplicationSet. */
export type Resources = 'resources.yaml' | 'teams.yaml';

/**
 * The git repository that the examples of deploy/argocd name, with what they ask for in it: the operator's manifests
 * (the operator itself runs as a process, as no pod can), and the resources of both guides.
 */
export class Platform {
  readonly #argo: Argo;
  readonly #whole: Whole;
  /** Where NGINX listens. */
  readonly port: number;

  private constructor(argo: Argo, whole: Whole, port: number) {
    this.#argo = argo;
    this.#whole = whole;
    this.port = port;
  }

  static async create(argo: Argo, whole: Whole): Promise<Platform> {
    await publishIpRoute(whole.standIn, 'test.com', await freePort());
    return new Platform(argo, whole, await freePort());
  }

  /** Commits all of it, and gives the revision. */
  async publish(resources: Resources): Promise<string> {
    const { repository } = this.#argo;
    const others = resources === 'resources.yaml' ? 'teams.yaml' : 'resources.yaml';
    await repository.commit({ [`argocd/${others}`]: '' });
    const base = (part: string) => this.#whole.kubectl(['kustomize', `deploy/base/${part}`]);
    return repository.commit({
      [`argocd/${others}`]: undefined,
      'argocd/operator.yaml': this.example(`${appOfApps}/operator.yaml`),
      [`argocd/${resources}`]: this.example(`${appOfApps}/${resources}`),
      'mtls-operator/crds.yaml': await base('crds'),
      'mtls-operator/rbac.yaml': await base('rbac'),
      ...this.resources(),
    });
  }

  /** The resources of both guides, where an Application and where an ApplicationSet looks for them. */
  resources(change = (text: string) => text): Readonly<Record<string, string>> {
    const places = ['mtls', `teams/${this.#whole.namespace}`];
    const files = places.flatMap((place) =>
      guides.map((name) => [`${place}/${name}`, change(this.file(name))] as const),
    );
    return Object.fromEntries(files);
  }

  /** The resource of one guide. */
  file(name: Guide, annotations: Readonly<Record<string, string>> = {}): string {
    const resource = parse(name === 'gateway.yaml' ? gatewayExample() : upstreamExample(this.port));
    return stringify({ ...resource, metadata: { ...resource.metadata, annotations } });
  }

  /** An example of deploy/argocd with what is the user's to change: the repository, and a namespace of tests. */
  example(file: string): string {
    const text = readFileSync(file, 'utf8').replaceAll('https://git.example/platform.git', this.#argo.repository.url);
    const namespaced = text.replace('namespace: default\n', `namespace: ${this.#whole.namespace}\n`);
    if (text.includes('https://git.example') || namespaced === readFileSync(file, 'utf8'))
      throw new Error(`${basename(file)} names no repository`);
    return namespaced;
  }

  async applyRoot(): Promise<void> {
    await this.#argo.kubectl(['apply', '-f', '-'], this.example('deploy/argocd/root.yaml'));
  }

  /** What this suite's cluster has before anybody installs the operator. */
  async withoutOperator(): Promise<void> {
    for (const part of ['crds', 'rbac'])
      await this.#whole.kubectl(['delete', '--ignore-not-found', '--timeout=60s', '-k', `deploy/base/${part}`]);
  }

  /** What is there of the operator and of the resources, in the cluster and at the gateway. */
  async left(): Promise<readonly string[]> {
    const whole = this.#whole;
    const objects = await whole.kubectl(['get', ...brought, '--ignore-not-found', '-o', 'name']);
    const children = await whole.here([
      'get',
      'secrets,configmaps',
      '-l',
      'app.kubernetes.io/managed-by',
      '-o',
      'name',
    ]);
    return [...lines(objects), ...lines(children), ...(await whole.gatewayObjects())];
  }
}
