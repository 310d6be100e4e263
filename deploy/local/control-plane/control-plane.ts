/**
 * A control plane of one's own: etcd, kube-apiserver and kube-controller-manager, all of them real and on 127.0.0.1.
 * Promises that RBAC is on, that service accounts get tokens and that deleted namespaces and owners are cleaned up;
 * that its certificate is verified and its private files are readable by us only. It has no scheduler and no node; those of
 * `deploy/local/node` take its credentials.
 * Never reads an ambient kubeconfig.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Programs } from '../install/programs.ts';
import { Processes, type Stoppable } from '../processes/processes.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { startControllerManager } from './controller-manager.ts';
import { type Account, type Credentials, writeCredentials, writeKubeconfig } from './credentials.ts';
import { startEtcd } from './etcd.ts';

export interface ControlPlaneOptions {
  readonly programs: Programs;
  /** Owns what is started; stopping it stops the control plane too. */
  readonly processes: Processes;
  /** For data, keys and the kubeconfig; made if it does not exist, and to be empty. */
  readonly directory: string;
  /** etcd does not wait for the disk: faster, and a power cut loses data. For tests. */
  readonly unsafeNoFsync?: boolean;
  /** For one with a node: the address where node and pods reach it, and who works there. */
  readonly node?: { readonly address: string; readonly accounts: readonly Account[] };
  /** More flags of kube-apiserver. */
  readonly apiServerFlags?: readonly string[];
}

export interface ControlPlane extends Stoppable {
  /** Path of the admin's kubeconfig, with the CA and the token inside. */
  readonly kubeconfig: string;
  readonly url: string;
  /** Kubeconfigs of the accounts that were asked for, by user. */
  readonly kubeconfigs: ReadonlyMap<string, string>;
}

/** Resolves when the API server is ready and hands out tokens of service accounts. Takes 3 to 6 s; stops what it started when it fails. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { directory, programs, processes, unsafeNoFsync = false, node, apiServerFlags = [] } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const own = processes.own(new Processes(join(directory, 'logs')));
  try {
    const credentials = writeCredentials(directory, node?.accounts);
    const etcd = await startEtcd({ command: programs.etcd, processes: own, directory, unsafeNoFsync });
    const apiServer = await startApiServer({
      command: programs['kube-apiserver'],
      processes: own,
      credentials,
      directory,
      etcd,
      nodeAddress: node?.address,
      flags: apiServerFlags,
    });
    const command = programs['kube-controller-manager'];
    await startControllerManager({ command, processes: own, credentials, directory, apiServer });
    return {
      kubeconfig: adminKubeconfig(directory, credentials, apiServer),
      url: apiServer.url,
      kubeconfigs: accountKubeconfigs(directory, credentials, apiServer),
      stop: () => own.stop(),
    };
  } catch (error) {
    await own.stop();
    throw error;
  }
}

function adminKubeconfig(directory: string, { adminToken }: Credentials, { url, ca }: ApiServer): string {
  return writeKubeconfig(join(directory, 'admin.kubeconfig'), { user: 'admin', token: adminToken, url, ca });
}

function accountKubeconfigs(directory: string, { tokens }: Credentials, { url, ca }: ApiServer) {
  const written = [...tokens].map(([user, token], at) => {
    const path = join(directory, `account-${at}.kubeconfig`);
    return [user, writeKubeconfig(path, { user, token, url, ca })] as const;
  });
  return new Map(written);
}
