/**
 * A stand-in for every NGINX of the bench: one TLS server that shows for each SNI the certificate of that resource,
 * which it learns of from the Secrets as kubelet would, and that asks for a client certificate of that resource's CA. It
 * refuses as NGINX does, with its status and its page. A name whose Secret it has yet to see waits for it, and one that
 * begins as `slowPrefix` for each answer.
 */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { labels, managedByValue } from '../../../src/api/group.ts';
import { KubeClient } from '../../../src/kube/client.ts';
import type { Change } from '../../../src/kube/collection.ts';
import { Informer } from '../../../src/kube/informer.ts';
import { createLogger } from '../../../src/log.ts';
import { type Secret, secrets } from '../../../src/model/kube-object.ts';
import { hostOf, slowMilliseconds, slowPrefix } from './resources.ts';
import { serve } from './serve.ts';

const stop = new AbortController();
const contexts = new Map<string, SecureContext>();
const waiting = new Map<string, ((context: SecureContext) => void)[]>();

const server = createServer(
  {
    requestCert: true,
    // Judged below: NGINX ends the handshake and answers with a page.
    rejectUnauthorized: false,
    SNICallback: (host, done) => {
      const context = contexts.get(host);
      if (context !== undefined) done(null, context);
      else waiting.set(host, [...(waiting.get(host) ?? []), (served) => done(null, served)]);
    },
  },
  (request, response) => {
    const { socket } = request;
    if (!(socket instanceof TLSSocket)) throw new Error('a request without TLS');
    const page = refusal(socket);
    const pause = String(socket.servername).startsWith(slowPrefix) ? slowMilliseconds : 0;
    if (page === undefined) setTimeout(() => response.end('Hello API7!'), pause);
    else response.writeHead(400, { connection: 'close' }).end(page);
  },
);

function refusal(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const shown = socket.getPeerX509Certificate() !== undefined;
  return shown ? 'The SSL certificate error' : 'No required SSL certificate was sent';
}

/** Takes up what the Secret of a server holds. */
function load(change: Change): void {
  if (change.kind === 'deleted') return;
  const { data = {}, metadata } = change.object as Secret;
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const context = createSecureContext({ cert: text('tls.crt'), key: text('tls.key'), ca: text('ca.crt') });
  const host = hostOf(metadata.name.replace(/-server$/, ''));
  contexts.set(host, context);
  for (const serveNow of waiting.get(host) ?? []) serveNow(context);
  waiting.delete(host);
}

async function start(kubeconfig: string): Promise<{ readonly port: number }> {
  const client = new KubeClient({ source: { kind: 'file', path: kubeconfig }, random: Math.random });
  const labelSelector = `${labels.managedBy}=${managedByValue},${labels.role}=server`;
  const log = createLogger('warn');
  const watch = new Informer<Secret>({ client, type: secrets, labelSelector, random: Math.random, log });
  watch.onChange(load);
  void watch.run(stop.signal);
  await watch.synced;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port };
}

const handlers = serve({ start }, async () => stop.abort());
export type NginxHandlers = typeof handlers;
