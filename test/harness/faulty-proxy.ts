/**
 * Stands between a client and a real API server and does what networks, load balancers and restarting servers do.
 * HTTP on its client's side, plain unless it is given a certificate, so that it can meddle with the answers; the requests
 * themselves are passed on as they are. Each fault lasts until it is taken back.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly watch: boolean;
}

/** What happens instead of, or on the way to, the real answer. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  /** The connection is reset before an answer. */
  | { readonly kind: 'reset' }
  /** The server does it, and the connection is reset before its answer is through. */
  | { readonly kind: 'loseAnswer' }
  /** Accepted, and never answered. */
  | { readonly kind: 'silence' }
  /** Passed on under another path or query. */
  | { readonly kind: 'rewrite'; readonly url: string };

export type FaultRule = (request: ProxiedRequest) => Fault | undefined;

interface OpenWatch {
  readonly response: ServerResponse;
  /** What a chunk becomes on its way to the client. */
  meddle: (chunk: Buffer) => void;
}

/** PEM. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
}

interface Upstream {
  readonly url: string;
  readonly ca: Buffer;
}

export class FaultyProxy {
  readonly #server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;
  readonly #upstream: Upstream;
  readonly #watches = new Set<OpenWatch>();
  readonly requests: ProxiedRequest[] = [];
  /** Of all answers of the API server. */
  receivedBytes = 0;
  /** Answers that have come and wait for what `holdAnswers` said. */
  heldAnswers = 0;
  /** Asked for each answer but those of watches: it goes on when the promise resolves. */
  holdAnswers: (request: ProxiedRequest) => Promise<void> | undefined = () => undefined;
  /** Asked for each request; undefined passes it on. */
  rule: FaultRule = () => undefined;

  private constructor(upstream: Upstream, certificate: ServingCertificate | undefined) {
    this.#upstream = upstream;
    const handle = (incoming: IncomingMessage, response: ServerResponse) => this.#handle(incoming, response);
    this.#server = certificate === undefined ? createServer(handle) : createTlsServer({ ...certificate }, handle);
  }

  static async start(upstream: Upstream, certificate?: ServingCertificate): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(upstream, certificate);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#server instanceof TlsServer ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  /** As after the restart of an API server: every connection ends, and new ones see the new certificate. */
  rotateCertificate(certificate: ServingCertificate): void {
    if (!(this.#server instanceof TlsServer)) throw new Error('a proxy without TLS has no certificate');
    this.#server.setSecureContext({ ...certificate });
    this.#server.closeAllConnections();
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Resets the connections of all open watches. */
  resetWatches(): void {
    for (const { response } of this.#watches) response.socket?.resetAndDestroy();
  }

  /** The next event gets half-way, then its connection is reset. */
  resetMidEvent(): void {
    for (const watch of this.#watches) {
      watch.meddle = (chunk) => {
        watch.response.write(chunk.subarray(0, chunk.length / 2), () => watch.response.socket?.resetAndDestroy());
        watch.meddle = () => {};
      };
    }
  }

  /** Watches that are open now stay so, and nothing comes through them any more, as when a middlebox forgot them. */
  goHalfOpen(): void {
    for (const watch of this.#watches) watch.meddle = () => {};
  }

  /** Says something that the API server did not. */
  sayInWatches(text: string): void {
    for (const { response } of this.#watches) response.write(text);
  }

  /** Events arrive one byte at a time. */
  dripWatches(): void {
    for (const watch of this.#watches) {
      watch.meddle = (chunk) => {
        for (let at = 0; at < chunk.length; at += 1) watch.response.write(chunk.subarray(at, at + 1));
      };
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = incoming;
    const seen = { method, url, watch: url.includes('watch=true') };
    this.requests.push(seen);
    const fault = this.rule(seen);
    switch (fault?.kind) {
      case 'answer':
        response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
        response.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {}));
        return;
      case 'reset':
        incoming.socket.resetAndDestroy();
        return;
      case 'silence':
        return;
      case 'loseAnswer':
        this.#forward(incoming, response, url, () => incoming.socket.resetAndDestroy());
        return;
      case 'rewrite':
      case undefined:
        this.#forward(incoming, response, fault?.url ?? url, (answer) => this.#relay(answer, response, seen));
    }
  }

  #forward(
    incoming: IncomingMessage,
    response: ServerResponse,
    url: string,
    receive: (answer: IncomingMessage) => void,
  ): void {
    const target = new URL(url, this.#upstream.url);
    const send = target.protocol === 'https:' ? requestTls : request;
    const { host: _, ...headers } = incoming.headers;
    const outgoing = send(target, { method: incoming.method ?? 'GET', headers, ca: this.#upstream.ca }, receive);
    outgoing.on('error', () => incoming.socket.resetAndDestroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  #relay(answer: IncomingMessage, response: ServerResponse, seen: ProxiedRequest): void {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (!seen.watch) {
      void this.#hold(seen).then(() => this.#count(answer).pipe(response));
      return;
    }
    response.flushHeaders();
    const open: OpenWatch = { response, meddle: (chunk) => response.write(chunk) };
    this.#watches.add(open);
    this.#count(answer).on('data', (chunk: Buffer) => open.meddle(chunk));
    answer.on('end', () => response.end());
    response.on('close', () => this.#watches.delete(open));
  }

  async #hold(seen: ProxiedRequest): Promise<void> {
    this.heldAnswers += 1;
    await this.holdAnswers(seen);
    this.heldAnswers -= 1;
  }

  #count(answer: IncomingMessage): IncomingMessage {
    return answer.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
    });
  }
}
