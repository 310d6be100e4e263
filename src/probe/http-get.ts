import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Answered, Unreachable } from '../model/probe-result.ts';
import type { HttpProbeRequest } from '../ports/probe.ts';

const bodyLimit = 1024;

/** By way of what a request goes out. */
export type Way = Pick<RequestOptions, 'agent' | 'createConnection'>;

/** A new plain connection. */
const newConnection: Way = { agent: false };

/** One request over that connection, which ends with it. An agent would open a connection of its own. */
export function onceOver(connection: TLSSocket): Way {
  return { createConnection: () => connection };
}

/** Several requests over that connection, one after another. */
export function keeping(connection: TLSSocket): Way {
  const agent = new Agent({ keepAlive: true });
  return { agent: Object.assign(agent, { createConnection: () => connection }) };
}

/** Sends a GET. Rejects with the network's error. */
export function sendGet(
  { address, path, host, headers }: HttpProbeRequest,
  signal: AbortSignal,
  way: Way = newConnection,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = request({
      host: address.host,
      port: address.port,
      path,
      headers: { ...headers, host: host ?? address.host, connection: way.agent ? 'keep-alive' : 'close' },
      signal,
      ...way,
    });
    get.once('response', resolve);
    // Not `once`: the end of the connection may be told a second time, and an error without a listener is thrown.
    get.on('error', reject);
    get.end();
  });
}

export async function readAnswer(response: IncomingMessage): Promise<Answered> {
  return { kind: 'answered', status: response.statusCode ?? 0, body: await readStart(response) };
}

async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= bodyLimit) break;
    }
  } catch {
    // The status has come, so the server has answered; of the body counts what arrived.
  }
  return Buffer.concat(chunks).subarray(0, bodyLimit).toString();
}

export function unreachable(error: unknown): Unreachable {
  return { kind: 'unreachable', code: codeOf(error) };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'ETIMEDOUT';
  return 'code' in error ? String(error.code) : 'UNKNOWN';
}
