import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TlsOptions } from 'node:tls';
import type { GatewayConfig } from '../../src/api/operator-config.ts';
import type { Patience } from '../../src/gateway/transport.ts';
import { TestCa } from '../probe/openssl.ts';

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly token: string | undefined;
  readonly body: string;
}

/** What the server does with a request; `seen` counts from 1. */
export type Behaviour = (request: AdminRequest, response: ServerResponse, seen: number) => void;

export const ca = new TestCa('Admin API CA');
export const otherCa = new TestCa('another CA');
const usual = ca.issue({ subjectAltName: 'IP:127.0.0.1' });

/** Long enough for a server on loopback, and no pause between attempts. */
export const patience: Patience = {
  attempt: Temporal.Duration.from({ milliseconds: 1000 }),
  pause: Temporal.Duration.from({ milliseconds: 1 }),
};

/** A real https server on 127.0.0.1 that answers as a test tells it, and keeps what it was asked. */
export class AdminServer {
  readonly requests: AdminRequest[] = [];
  behave: Behaviour = answer(500);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: TlsOptions) {
    this.#server = createServer({ cert: usual.chainPem, key: usual.keyPem, ...options }, (request, response) => {
      // A client that has given up ends the request: nobody is left to tell.
      this.#take(request, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  static async start(options: TlsOptions = {}): Promise<AdminServer> {
    const server = new AdminServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `https://127.0.0.1:${port}`;
  }

  reset(): void {
    this.requests.length = 0;
    this.behave = answer(500);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const token = request.headers['x-api-key'];
    this.requests.push({
      method: request.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      token: typeof token === 'string' ? token : undefined,
      body: await text(request),
    });
    const taken = this.requests.at(-1);
    if (taken !== undefined) this.behave(taken, response, this.requests.length);
  }
}

export function answer(status: number, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** One behaviour after the other; the last one stays. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  return (request, response, seen) => {
    const behave = behaviours[seen - 1] ?? behaviours.at(-1);
    behave?.(request, response, seen);
  };
}

/** Token and trust anchor as files, as an administrator mounts them. */
export class AdminFiles {
  readonly directory = mkdtempSync(join(tmpdir(), 'admin-api-'));

  write(name: string, content: string): string {
    const file = join(this.directory, name);
    writeFileSync(file, content);
    return file;
  }

  config(adminUrl: string, change: Partial<GatewayConfig> = {}): GatewayConfig {
    return {
      name: 'default',
      type: 'api7-ee',
      adminUrl,
      tokenFile: this.write('token', 'a7ee-secret\n'),
      caFile: this.write('ca.crt', ca.pem),
      dataPlane: { https: [], http: [] },
      allowedNamespaces: ['*'],
      ...change,
    };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
