/** The floor: writes, one after another for each item, by a bare loop in a process of its own with nothing else to do. */
import { ApiClient, type GatewayAccess } from './api-client.ts';
import { inFlight } from './in-flight.ts';
import { nameOf } from './resources.ts';
import { serve } from './serve.ts';

interface FloorOptions {
  readonly kubeconfig: string;
  readonly gateway: GatewayAccess;
  readonly connections: { readonly api: number; readonly admin: number };
  readonly count: number;
  readonly workers: number;
  /** Of one item; the answer to the first one has the uid. */
  readonly writes: readonly Write[];
}

/** In path and body stand `@name@` and `@uid@` for those of the item. */
export interface Write {
  readonly to: 'api' | 'admin';
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body: string;
}

export interface FloorFacts {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

async function run(options: FloorOptions): Promise<FloorFacts> {
  const clients = {
    api: ApiClient.forKubeconfig(options.kubeconfig, options.connections.api),
    admin: ApiClient.forAdminApi(options.gateway, options.connections.admin),
  };
  const begin = performance.now();
  const cpu = process.cpuUsage();
  await inFlight(options.count, options.workers, (index) => writeItem(options.writes, nameOf('fl', index), clients));
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = performance.now() - begin;
  await Promise.all([clients.api.close(), clients.admin.close()]);
  return { milliseconds, cpuMilliseconds: (user + system) / 1000 };
}

async function writeItem(
  writes: readonly Write[],
  name: string,
  clients: Readonly<Record<Write['to'], ApiClient>>,
): Promise<void> {
  let uid = '';
  const fill = (text: string) => text.replaceAll('@name@', name).replaceAll('@uid@', uid);
  for (const { to, method, path, body } of writes) {
    const answer = await clients[to].send(method, fill(path), fill(body));
    if (uid === '') uid = JSON.parse(answer).metadata.uid;
  }
}

const handlers = serve({ run });
export type FloorHandlers = typeof handlers;
