import { apiVersion } from '../../../src/api/group.ts';
import { paths } from './api-client.ts';
import type { FloorFacts, FloorHandlers, Write } from './floor-process.ts';
import { floorNamespace, type Place, placeOf } from './resources.ts';
import { connections, type Stage } from './stage.ts';
import { Worker } from './worker.ts';

/** As the operator's own default. */
const workers = 8;

/**
 * The least that anyone must write for one MtlsUpstream: the user's create, then what the operator wrote for the first
 * one, byte for byte but for names: six writes to the API server and four to the Admin API.
 */
export async function measureFloor(stage: Stage): Promise<FloorFacts> {
  const writes = await writesOf(placeOf(0), stage);
  const worker = new Worker<FloorHandlers>({ module: 'floor-process.ts', logDirectory: stage.logDirectory });
  try {
    const { adminKubeconfig: kubeconfig, gatewayFacts: gateway, options } = stage;
    return await worker.ask('run', { kubeconfig, gateway, connections, workers, count: options.count, writes });
  } finally {
    await worker.stop();
  }
}

interface Read {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels: object;
    readonly ownerReferences: readonly object[];
    readonly finalizers: readonly string[];
  };
  readonly spec: object;
  readonly status: object;
  readonly type?: string;
  readonly data?: object;
}

async function writesOf(place: Place, { api, gateway, gatewayFacts }: Stage): Promise<readonly Write[]> {
  const { namespace, name } = place;
  const upstream = await api.json<Read>(`${paths.upstreams(namespace)}/${name}`);
  const child = async (collection: (namespace: string) => string, suffix: string): Promise<Write> => {
    const read = await api.json<Read>(`${collection(namespace)}/${name}-${suffix}`);
    const { type, data, kind } = read;
    const { labels, ownerReferences } = read.metadata;
    const metadata = { name: read.metadata.name, labels, ownerReferences };
    const body = { apiVersion: 'v1', kind, metadata, ...(type && { type }), data };
    return write('api', 'POST', collection(floorNamespace), body);
  };
  const collection = paths.upstreams(floorNamespace);
  const create = { apiVersion, kind: 'MtlsUpstream', metadata: { name }, spec: upstream.spec };
  const objects = await gateway.ask('bodiesOf', name);
  const ids = objects.map(({ id }) => id);
  const writes = [
    write('api', 'POST', collection, create),
    await child(paths.secrets, 'ca'),
    await child(paths.secrets, 'server'),
    await child(paths.secrets, 'client'),
    await child(paths.configMaps, 'nginx'),
    write('api', 'PATCH', `${collection}/${name}`, { metadata: { finalizers: upstream.metadata.finalizers } }),
    ...objects.map(({ kind, id, body }) =>
      write('admin', 'PUT', `/apisix/admin/${kind}/${id}?gateway_group_id=${gatewayFacts.groupId}`, body),
    ),
    write('api', 'PATCH', `${collection}/${name}/status`, { status: upstream.status }),
  ];
  return writes.map((one) => blank(one, name, upstream.metadata.uid, ids));
}

function write(to: Write['to'], method: Write['method'], path: string, body: object): Write {
  return { to, method, path, body: JSON.stringify(body) };
}

/** Names and ids of the resource out, marks for those of an item in. An id is a hash, so the name is added to it. */
function blank(write: Write, name: string, uid: string, ids: readonly string[]): Write {
  const one = (text: string) =>
    ids
      .reduce((rest, id) => rest.replaceAll(id, `${id}-@name@`), text.replaceAll(name, '@name@'))
      .replaceAll(uid, '@uid@');
  return { ...write, path: one(write.path), body: one(write.body) };
}
