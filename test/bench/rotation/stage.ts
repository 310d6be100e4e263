import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { bundle } from '../../../deploy/image/bundle.ts';
import { type StandInProcess, startStandIn } from '../../../deploy/local/parts/stand-in.ts';
import { startUpstream } from '../../../deploy/local/parts/upstream.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { Processes } from '../../../deploy/local/processes/processes.ts';
import { nginxVersions } from '../../real/nginx/versions.ts';
import { Detour } from '../../real/upstream/detour.ts';
import type { BenchCluster } from '../cluster.ts';
import { Operator } from '../operator.ts';
import type { ApiClient } from '../scale/api-client.ts';
import { type GatewayName, gatewayNames, gateways, namespace, nginxNames, upstreamOf } from './combinations.ts';

/** What can be away: the way to the API server, to an Admin API, and to the second address of each NGINX. */
interface Ways {
  readonly api: Detour;
  readonly admin: Readonly<Record<GatewayName, Detour>>;
  readonly replica: ReadonlyMap<string, Detour>;
}

export interface Stage {
  readonly api: ApiClient;
  readonly operator: Operator;
  readonly standIns: Readonly<Record<GatewayName, StandInProcess>>;
  /** Of each MtlsUpstream by its name. */
  readonly ports: ReadonlyMap<string, readonly [number, number]>;
  readonly ways: Ways;
}

/** Both gateways on real NGINX, an NGINX for each MtlsUpstream, and the operator as a process. */
export async function buildStage({
  directory,
  processes,
  kubeconfig,
  url,
  api,
  ...cluster
}: BenchCluster): Promise<Stage> {
  const detour = async (target: URL) => {
    const way = new Detour({ host: target.hostname, port: Number(target.port) });
    processes.own({ stop: async () => way.close() });
    return { way, port: await way.listen() };
  };
  const toApi = await detour(new URL(url));
  const standIns = await startGateways(processes, directory);
  const toAdmin = {
    ee: await detour(new URL(standIns.ee.adminUrl)),
    apisix: await detour(new URL(standIns.apisix.adminUrl)),
  };
  const ports = new Map<string, readonly [number, number]>();
  const replica = new Map<string, Detour>();
  for (const [at, nginx] of nginxNames.entries()) {
    const program = (await nginxVersions[at]?.ensure()) ?? 'nginx';
    for (const gateway of gatewayNames) {
      const { name } = upstreamOf(gateway, nginx);
      const port = await freePort();
      const second = await detour(new URL(`tcp://127.0.0.1:${port}`));
      ports.set(name, [port, second.port]);
      replica.set(name, second.way);
      const objects = { namespace, secret: `${name}-server`, configMap: `${name}-nginx` };
      const where = { directory: join(directory, name), ipPort: await freePort() };
      await startUpstream(processes, { kubeconfig, ...objects, ...where, agent: true, nginx: program });
    }
  }
  const adminPorts = { ee: toAdmin.ee.port, apisix: toAdmin.apisix.port };
  const operator = new Operator(processes, {
    module: (await bundle('src/main.ts', join(directory, 'operator'))).module,
    config: await writeConfig(directory, standIns, adminPorts),
    kubeconfig: await writeKubeconfig(cluster.operatorKubeconfig, url, toApi.port),
  });
  const ways = { api: toApi.way, admin: { ee: toAdmin.ee.way, apisix: toAdmin.apisix.way }, replica };
  return { api, operator, standIns, ports, ways };
}

async function startGateways(processes: Processes, directory: string) {
  const start = async (name: GatewayName) => {
    const ports = { https: await freePort(), http: await freePort() };
    return startStandIn(processes, join(directory, name), ports, { profile: gateways[name] });
  };
  return { ee: await start('ee'), apisix: await start('apisix') };
}

async function writeConfig(
  directory: string,
  standIns: Stage['standIns'],
  adminPorts: Readonly<Record<GatewayName, number>>,
): Promise<string> {
  const configured = gatewayNames.map((name) => {
    const { tokenFile, caFile, httpsPort, httpPort } = standIns[name];
    const dataPlane = { https: [`127.0.0.1:${httpsPort}`], http: [`127.0.0.1:${httpPort}`] };
    const type = name === 'ee' ? 'api7-ee' : 'apisix';
    const adminUrl = `https://127.0.0.1:${adminPorts[name]}`;
    return { name, type, adminUrl, tokenFile, caFile, dataPlane, allowedNamespaces: [namespace] };
  });
  const file = join(directory, 'config.yaml');
  const upstreamAddresses = { allow: ['127.0.0.0/8'] };
  await writeFile(file, stringify({ gateways: configured, driftInterval: '10s', upstreamAddresses }), { mode: 0o600 });
  return file;
}

async function writeKubeconfig(file: string, url: string, port: number): Promise<string> {
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(url, `https://127.0.0.1:${port}`));
  return file;
}
