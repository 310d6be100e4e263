import { once } from 'node:events';
import { connect as connectTo, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { Unreachable } from '../model/probe-result.ts';
import { startDeadline } from '../std/deadline.ts';
import { sha256Hex } from '../std/digest.ts';
import { toMilliseconds } from '../std/duration.ts';
import { acceptedAuthorities } from './certificate-request.ts';
import { onceOver, readAnswer, sendGet, unreachable } from './http-get.ts';

/** What one worker of NGINX showed over the server block that it has for an agent. */
export interface WorkerAnswer {
  readonly kind: 'answered';
  readonly body: string;
  /** Lower-case hexadecimal SHA-256 of the DER. */
  readonly leaf: string;
  /** The DER of the name of each CA that it accepts client certificates of. */
  readonly authorities: readonly Uint8Array[];
}

export interface WorkerRequest {
  /** Of the Unix socket. */
  readonly path: string;
  readonly deadline: Temporal.Duration;
}

/** Longer than any handshake: the names of 65,535 octets, and a chain. */
const keptAtMost = 256 * 1024;

/** One full handshake of TLS 1.2, whose beginning is in clear text, and a GET. Whichever worker takes it answers. */
export async function askNginxWorker({ path, deadline }: WorkerRequest): Promise<WorkerAnswer | Unreachable> {
  const time = startDeadline(toMilliseconds(deadline));
  const socket = connectTo(path);
  try {
    return await ask(socket, time.signal);
  } catch (error) {
    return unreachable(error);
  } finally {
    socket.destroy();
    time.end();
  }
}

async function ask(socket: Socket, signal: AbortSignal): Promise<WorkerAnswer | Unreachable> {
  const heard: Buffer[] = [];
  const secure = secured(socket, heard);
  // `once` rejects with an error that comes first; one that comes later belongs to the request.
  secure.on('error', () => {});
  await once(secure, 'secureConnect', { signal });
  const leaf = secure.getPeerX509Certificate();
  const request = {
    address: { host: 'localhost', port: 0 },
    path: '/',
    deadline: Temporal.Duration.from({ seconds: 0 }),
  };
  const { body } = await readAnswer(await sendGet(request, signal, onceOver(secure)));
  secure.destroy();
  const authorities = acceptedAuthorities(Buffer.concat(heard)) ?? [];
  return { kind: 'answered', body, leaf: leaf === undefined ? '' : sha256Hex(leaf.raw), authorities };
}

/** TLS over the socket; what comes is kept as it comes. Not judged: whose certificate it is, the caller knows. */
function secured(socket: Socket, heard: Buffer[]): TLSSocket {
  let kept = 0;
  const between = new Duplex({
    read: () => socket.resume(),
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
  });
  socket.on('data', (chunk: Buffer) => {
    kept += chunk.length;
    if (kept <= keptAtMost) heard.push(chunk);
    if (!between.push(chunk)) socket.pause();
  });
  socket.on('error', (error) => between.destroy(error));
  socket.once('end', () => between.push(null));
  return connect({ socket: between, rejectUnauthorized: false, maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' });
}
