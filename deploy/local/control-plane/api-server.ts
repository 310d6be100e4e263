import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { Child } from '../processes/child.ts';
import { freePort } from '../processes/ports.ts';
import type { Processes } from '../processes/processes.ts';
import { waitUntil } from '../processes/wait-until.ts';
import type { Credentials } from './credentials.ts';
import type { Etcd } from './etcd.ts';
import { startOnFreePort } from './start-on-port.ts';

export interface ApiServer {
  readonly child: Child;
  readonly url: string;
  /** What its serving certificate is verified with: PEM, and the file that holds it. */
  readonly ca: string;
  readonly caFile: string;
}

export interface ApiServerOptions {
  readonly command: string;
  readonly processes: Processes;
  readonly credentials: Credentials;
  readonly directory: string;
  readonly etcd: Etcd;
  /** Where nodes and pods reach it. Left out, it listens on 127.0.0.1, for a control plane without a node. */
  readonly nodeAddress?: string | undefined;
  /** More flags, after ours. */
  readonly flags?: readonly string[];
}

const within = Temporal.Duration.from({ seconds: 60 });

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { command, processes, directory, nodeAddress = '127.0.0.1' } = options;
  // It writes a certificate of its own there, followed by the CA that it made for that.
  const caFile = join(directory, 'api-server', 'apiserver.crt');
  const start = async () => {
    const port = await freePort();
    const child = processes.start({ name: 'kube-apiserver', command, args: apiServerFlags(port, options) });
    return { url: `https://${nodeAddress}:${port}`, caFile, child };
  };
  const server = await startOnFreePort(start, ({ url, child }) =>
    waitUntil(() => isReady({ url, ca: readFileSync(caFile, 'utf8') }, options.credentials), { child, within }),
  );
  return { ...server, ca: readFileSync(caFile, 'utf8') };
}

/** Its own certificate is for the address that it advertises, for localhost and for the names that pods know it by. */
const nodeFlags = (address: string) => [
  '--bind-address=0.0.0.0',
  `--advertise-address=${address}`,
  '--authorization-mode=Node,RBAC',
  '--kubelet-preferred-address-types=InternalIP',
];
const aloneFlags = ['--bind-address=127.0.0.1', '--authorization-mode=RBAC'];

function apiServerFlags(
  port: number,
  { credentials, directory, etcd, nodeAddress, flags = [] }: ApiServerOptions,
): readonly string[] {
  return [
    `--etcd-servers=${etcd.url}`,
    ...(nodeAddress === undefined ? aloneFlags : nodeFlags(nodeAddress)),
    `--secure-port=${port}`,
    `--cert-dir=${join(directory, 'api-server')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    `--token-auth-file=${credentials.tokenFile}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${credentials.serviceAccountPublicKeyFile}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKeyFile}`,
    ...flags,
  ];
}

const isReady = async (server: Pick<ApiServer, 'url' | 'ca'>, credentials: Credentials) =>
  (await askApiServer(server, credentials, { path: '/readyz', method: 'GET' })) === 200;

/** The status of the answer to an admin's request. */
export async function askApiServer(
  { url, ca }: Pick<ApiServer, 'url' | 'ca'>,
  { adminToken }: Credentials,
  { path, method, body }: { readonly path: string; readonly method: 'GET' | 'POST'; readonly body?: object },
): Promise<number> {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const answer = await request(`${url}${path}`, {
      dispatcher,
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
    await answer.body.dump();
    return answer.statusCode;
  } finally {
    await dispatcher.close();
  }
}
