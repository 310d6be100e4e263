import { join } from 'node:path';
import { fingerprintPath } from '../../nginx/fingerprint.ts';
import { askNginxWorker } from '../../probe/nginx-worker.ts';
import { tlsProbe } from '../../probe/tls-probe.ts';
import type { Door, Shown } from '../plan/facts.ts';
import type { About } from '../release/about.ts';
import { digestOfNames } from '../release/authorities.ts';

const socketOf = (state: string) => join(state, 'agent.sock');
const deadline = Temporal.Duration.from({ seconds: 2 });
/** Of an NGINX with more workers, others answer the next time. */
const askedAtOnce = 16;

/** `mtls-operator RESOURCE CONFIG RELEASE PID`. */
const answer = /^mtls-operator [0-9a-f]{16} [0-9a-f]{64} ([0-9a-f]{16}) (\d{1,10})$/;

/** What some of the workers show, by their pid. Which of them take a connection is theirs to say. */
export async function askWorkers(state: string, count: number): Promise<ReadonlyMap<number, Shown>> {
  const connections = Array.from({ length: Math.min(count, askedAtOnce) }, () => askOne(state));
  const answers = await Promise.all(connections);
  return new Map(answers.filter((one) => one !== undefined));
}

async function askOne(state: string): Promise<readonly [number, Shown] | undefined> {
  const result = await askNginxWorker({ path: socketOf(state), deadline });
  if (result.kind !== 'answered') return undefined;
  const [, loads, pid] = answer.exec(result.body) ?? [];
  if (loads === undefined || pid === undefined) return undefined;
  return [Number(pid), { loads, leaf: result.leaf, authorities: digestOfNames(result.authorities) }];
}

/** Whether anybody listens at the agent's socket: the file alone says nothing. */
export async function hasListener(state: string): Promise<boolean> {
  const result = await askNginxWorker({ path: socketOf(state), deadline });
  return result.kind === 'answered' || !['ECONNREFUSED', 'ENOENT'].includes(result.code);
}

/** What a client without a certificate sees at each port; where one is needed NGINX answers 400. */
export function askDoors(host: string, { ports, serverName }: About): Promise<readonly Door[]> {
  return Promise.all(ports.map((port) => askDoor({ host, port }, serverName)));
}

async function askDoor(address: { readonly host: string; readonly port: number }, serverName: string): Promise<Door> {
  const { port } = address;
  const result = await tlsProbe({ address, serverName, path: fingerprintPath, deadline });
  if (result.kind === 'answered')
    return { port, kind: 'open', leaf: result.leaf.sha256Fingerprint, rejectsStrangers: result.status === 400 };
  if (result.kind === 'refused' && result.leaf !== undefined)
    return { port, kind: 'open', leaf: result.leaf.sha256Fingerprint, rejectsStrangers: true };
  const code = result.kind === 'unreachable' ? result.code : undefined;
  const isRefused = code === undefined || code.startsWith('ERR_SSL');
  return { port, kind: 'failing', why: isRefused ? 'NGINX ends it' : code, isRefused };
}
