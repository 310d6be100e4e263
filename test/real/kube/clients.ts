import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServerOptions, RequestFacts } from '../../../src/kube/api-server.ts';
import { KubeClient } from '../../../src/kube/client.ts';
import type { Cluster } from '../../harness/cluster.ts';
import type { FaultyProxy } from '../../harness/faulty-proxy.ts';

interface KubeconfigCluster {
  readonly server: string;
  readonly 'certificate-authority-data': string;
}

/** The parts of the harness's kubeconfig, which is JSON. */
export function partsOf({ kubeconfig }: Cluster): {
  readonly url: string;
  readonly ca: Buffer;
  readonly token: string;
} {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const cluster: KubeconfigCluster = clusters[0].cluster;
  return {
    url: cluster.server,
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    token: users[0].user.token,
  };
}

/** Clients of one suite, with kubeconfigs of their own; `close` ends them all. */
export class Clients {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kube-clients-'));
  readonly #open: KubeClient[] = [];
  #count = 0;

  path(name: string): string {
    return join(this.#folder, name);
  }

  kubeconfig(cluster: object, user: object): string {
    this.#count += 1;
    const path = this.path(`kubeconfig-${this.#count}`);
    const config = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  /** A kubeconfig that leads through the proxy. */
  throughProxy(proxy: FaultyProxy, cluster: Cluster): string {
    return this.kubeconfig({ server: proxy.url, 'insecure-skip-tls-verify': true }, { token: partsOf(cluster).token });
  }

  /** A kubeconfig of another user of the same API server. */
  asUser(cluster: Cluster, user: object): string {
    const { url, ca } = partsOf(cluster);
    return this.kubeconfig({ server: url, 'certificate-authority-data': ca.toString('base64') }, user);
  }

  open(
    path: string,
    options: Partial<ApiServerOptions> = {},
  ): { readonly client: KubeClient; readonly facts: RequestFacts[] } {
    const facts: RequestFacts[] = [];
    const onRequest = (fact: RequestFacts) => facts.push(fact);
    const client = new KubeClient({ source: { kind: 'file', path }, random: Math.random, onRequest, ...options });
    this.#open.push(client);
    return { client, facts };
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((client) => client.close()));
    rmSync(this.#folder, { recursive: true });
  }
}
