/**
 * A client that sends one request after another to each target, until SIGTERM; then it prints what became of them as
 * one line of JSON. Started in the node's network by load-client.ts.
 */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

export interface Target {
  readonly name: string;
  readonly url: string;
  /** The status of the answer. */
  readonly want: number;
  readonly keepAlive: boolean;
  /** Directory with tls.crt and tls.key, for a client with a certificate. */
  readonly pair?: string;
  /** File with the CA of the server. */
  readonly ca?: string;
}

export interface Counted {
  readonly name: string;
  requests: number;
  /**
   * Of a connection that was used before and reset before a byte of the answer: a client may repeat those by itself
   * (RFC 9110 9.2.2).
   */
  repeatable: number;
  failed: number;
  /** The first failures, in words. */
  readonly failures: string[];
}

type Ended = { readonly status: number } | { readonly error: string; readonly repeatable: boolean };

const betweenRequests = 10;
const answerWithin = 10_000;
const toldFailures = 10;
const resets = ['ECONNRESET', 'EPIPE'];

function optionsFor({ url, keepAlive, pair, ca }: Target): RequestOptions {
  if (url.startsWith('http:')) return { agent: new HttpAgent({ keepAlive, maxSockets: 1 }) };
  const trusted = ca === undefined ? {} : { ca: readFileSync(ca) };
  const own = pair === undefined ? {} : { cert: readFileSync(`${pair}/tls.crt`), key: readFileSync(`${pair}/tls.key`) };
  // No session is resumed: each connection is a whole handshake.
  const agent = new HttpsAgent({
    keepAlive,
    maxSockets: 1,
    maxCachedSessions: 0,
    servername: 'test.com',
    ...trusted,
    ...own,
  });
  return { agent };
}

function send(url: string, options: RequestOptions): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
    ...options,
    headers: { host: 'test.com' },
    timeout: answerWithin,
  });
  let began = false;
  request.once('response', (response) => {
    began = true;
    response.once('error', fail);
    response.once('end', () => resolve({ status: response.statusCode ?? 0 }));
    response.resume();
  });
  const fail = (error: NodeJS.ErrnoException) => {
    const repeatable = request.reusedSocket && !began && resets.includes(error.code ?? '');
    resolve({ error: `${error.code}: ${error.message}`, repeatable });
  };
  request.once('error', fail);
  request.once('timeout', () => request.destroy(new Error('no answer in time')));
  request.end();
  return promise;
}

async function load(target: Target, stop: AbortSignal): Promise<Counted> {
  const counted: Counted = { name: target.name, requests: 0, repeatable: 0, failed: 0, failures: [] };
  const options = optionsFor(target);
  while (!stop.aborted) {
    count(counted, await send(target.url, options), target.want);
    await pause(betweenRequests);
  }
  return counted;
}

function count(counted: Counted, ended: Ended, want: number): void {
  counted.requests += 1;
  const failure = 'error' in ended ? ended.error : ended.status === want ? undefined : `status ${ended.status}`;
  if (failure === undefined) return;
  if ('error' in ended && ended.repeatable) {
    counted.repeatable += 1;
    return;
  }
  counted.failed += 1;
  if (counted.failures.length < toldFailures) counted.failures.push(`${new Date().toISOString()} ${failure}`);
}

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const targets = JSON.parse(process.argv[2] ?? '[]') as readonly Target[];
console.log(JSON.stringify(await Promise.all(targets.map((target) => load(target, stop.signal)))));
