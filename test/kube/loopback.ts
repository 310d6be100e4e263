import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServerOptions } from '../../src/kube/api-server.ts';
import { KubeClient } from '../../src/kube/client.ts';

export type Behaviour = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** A server on 127.0.0.1 in the place of an API server, that does what a test says, and clients of it. */
export class Loopback {
  /** Path and query of each request. */
  readonly asked: string[] = [];
  behave: Behaviour = (_, response) => answer(response, 500, {});
  readonly #folder = mkdtempSync(join(tmpdir(), 'loopback-'));
  readonly #clients: KubeClient[] = [];
  readonly #server = createServer((request, response) => {
    const { url = '/' } = request;
    this.asked.push(url);
    this.behave(request, response, new URL(url, 'http://loopback'));
  });

  static async start(): Promise<Loopback> {
    const loopback = new Loopback();
    loopback.#server.listen(0, '127.0.0.1');
    await once(loopback.#server, 'listening');
    return loopback;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes a kubeconfig that leads here, or to another server, and gives its path. */
  kubeconfig({
    cluster = {},
    user = { token: 't' },
  }: {
    readonly cluster?: object;
    readonly user?: object;
  } = {}): string {
    const path = this.path('kubeconfig');
    const config = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: this.url, 'insecure-skip-tls-verify': true, ...cluster } }],
      users: [{ name: 'u', user }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  client(options: Partial<ApiServerOptions> = {}): KubeClient {
    const source = options.source ?? { kind: 'file', path: this.kubeconfig() };
    const client = new KubeClient({ random: () => 0, ...options, source });
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** As the API server says that it has no object of that name. */
export const absent = (name: string) => ({ kind: 'Status', code: 404, reason: 'NotFound', details: { name } });
