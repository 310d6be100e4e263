import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import getPort from 'get-port';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';

const main = 'deploy/local/stand-in/main.ts';
export const token = 'a7ee-only-for-tests';

/** The line that the stand-in prints when it is ready. */
export interface Ready {
  readonly profile: ProfileName;
  readonly adminUrl: string;
  readonly adminCa: string | null;
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly groups: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly nginxPid: number;
  readonly nginxLog: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface StandIn {
  readonly ready: Ready;
  readonly child: ChildProcess;
  readonly directory: string;
  /** One call to the Admin API, verified with its CA. Rejects if the connection ends without an answer. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** PUT of an object in the group that the data plane plays. Throws unless it answers 200 or 201. */
  put(kind: string, id: string, body: unknown): Promise<void>;
  /** SIGTERM, and its files away. */
  stop(): Promise<void>;
}

/** Starts it as a user would; gives the process and its flags before it is ready. */
export function launch(
  directory: string,
  ports: { admin: number; https: number; http: number },
  more: readonly string[] = [],
) {
  writeFileSync(join(directory, 'token'), `${token}\n`);
  const flags = [
    ...['--directory', join(directory, 'state'), '--token-file', join(directory, 'token')],
    ...['--admin-port', `${ports.admin}`, '--https-port', `${ports.https}`, '--http-port', `${ports.http}`],
  ];
  return spawn(process.execPath, [main, ...flags, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Waits for the ready line. Throws with what it complained about if there is none. */
export async function readReady(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Ready;
  throw new Error(`the stand-in ended before it was ready: ${complaints}`);
}

function callAdmin({ adminUrl, adminCa }: Ready, method: string, path: string, body: unknown): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { 'X-API-KEY': token, 'Content-Type': 'application/json' };
  const ca = readFileSync(adminCa ?? '', 'utf8');
  const read = async (answer: IncomingMessage): Promise<Answer> => {
    const text = (await answer.setEncoding('utf8').toArray()).join('');
    return { status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) };
  };
  const call = request(new URL(path, adminUrl), { method, ca, headers, agent: false }, (answer) =>
    read(answer).then(resolve, reject),
  );
  call.on('error', reject);
  call.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

export async function startStandIn(profile: ProfileName = 'ee-3.10'): Promise<StandIn> {
  const directory = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const ports = { admin: await getPort(), https: await getPort(), http: await getPort() };
  const child = launch(directory, ports, ['--profile', profile]);
  const ready = await readReady(child);
  const call = (method: string, path: string, body?: unknown) => callAdmin(ready, method, path, body);
  return {
    ready,
    child,
    directory,
    call,
    put: async (kind, id, body) => {
      const group = ready.groups['default'];
      const query = group === undefined ? '' : `?gateway_group_id=${group}`;
      const answer = await call('PUT', `/apisix/admin/${kind}/${id}${query}`, body);
      if (answer.status !== 200 && answer.status !== 201)
        throw new Error(`PUT ${kind}/${id}: ${JSON.stringify(answer)}`);
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
