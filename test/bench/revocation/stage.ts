import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { bundle } from '../../../deploy/image/bundle.ts';
import { type StandInProcess, startStandIn } from '../../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { apiVersion } from '../../../src/api/group.ts';
import type { BenchCluster } from '../cluster.ts';
import { Operator } from '../operator.ts';
import type { ApiClient } from '../scale/api-client.ts';
import { hostOf, nameOf, namespaces, type Place } from '../scale/resources.ts';

export interface Stage {
  readonly api: ApiClient;
  readonly standIn: StandInProcess;
  readonly operator: Operator;
}

/** The stand-in with its real NGINX: whether a request is refused is for that to say. */
export async function buildStage({ directory, processes, operatorKubeconfig, api }: BenchCluster): Promise<Stage> {
  const ports = { https: await freePort(), http: await freePort() };
  const standIn = await startStandIn(processes, join(directory, 'gateway'), ports);
  const { module } = await bundle('src/main.ts', join(directory, 'operator'));
  const config = await writeConfig(directory, standIn);
  return { api, standIn, operator: new Operator(processes, { module, config, kubeconfig: operatorKubeconfig }) };
}

async function writeConfig(directory: string, standIn: StandInProcess): Promise<string> {
  const { adminUrl, tokenFile, caFile, httpsPort, httpPort } = standIn;
  const dataPlane = { https: [`127.0.0.1:${httpsPort}`], http: [`127.0.0.1:${httpPort}`] };
  const gateway = { name: 'default', type: 'api7-ee', adminUrl, tokenFile, caFile, dataPlane };
  const file = join(directory, 'config.yaml');
  await writeFile(file, stringify({ gateways: [{ ...gateway, allowedNamespaces: ['*'] }] }), { mode: 0o600 });
  return file;
}

export function gatewayAt(index: number): Place {
  return { namespace: namespaces[index % namespaces.length] ?? '', name: nameOf('gw', index) };
}

export const client = { name: 'curl', commonName: 'CLIENT' };

export function manifestOf({ namespace, name }: Place): object {
  const spec = { hosts: [hostOf(name)], clients: [client] };
  return { apiVersion, kind: 'MtlsGateway', metadata: { namespace, name }, spec };
}
