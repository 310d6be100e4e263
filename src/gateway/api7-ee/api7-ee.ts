import type { GatewayConfig } from '../../api/operator-config.ts';
import { isMarked } from '../../model/ownership.ts';
import { type JsonObject, type ObservedObject, stringsOf } from '../../model/remote-object.ts';
import { permanent, transient } from '../../std/failure.ts';
import { type AdminCall, AdminClient } from '../admin-client.ts';
import type { GatewayGroup } from '../gateway-group.ts';
import type { Patience } from '../transport.ts';
import { compile, type Kind, kinds } from './payload.ts';

/** Upstreams refer to certificates by id from this version on. */
const oldest = { major: 3, minor: 6 };

/** One gateway group of API7 Enterprise >= 3.6. */
export function api7EeGateway(
  config: GatewayConfig,
  group: string,
  onCall?: (call: AdminCall) => void,
  patience?: Patience,
): GatewayGroup {
  const admin = new AdminClient(config, onCall, patience);
  let known: string | undefined;
  const lookUp = async () => {
    await requireVersion(admin, config.name);
    known = await findGroup(admin, config.name, group);
    return known;
  };
  const groupId = async () => known ?? lookUp();
  return {
    label: `${config.name}/${group}`,
    kinds,
    groupId,
    compile,
    // Looked up anew: a group that was deleted and made again has another id, and a gateway may have been upgraded.
    observe: async () => observeGroup(admin, await lookUp()),
    async put({ kind, id, body }) {
      await admin.put(`apisix/admin/${kind}/${id}`, { gateway_group_id: await groupId() }, body);
    },
    async remove({ kind, id }) {
      await admin.delete(`apisix/admin/${kind}/${id}`, { gateway_group_id: await groupId() });
    },
  };
}

/** Routes are listed by service, and ours are below ours: a group may hold thousands of services of others. */
async function observeGroup(admin: AdminClient, gateway_group_id: string): Promise<readonly ObservedObject[]> {
  const list = async (kind: Kind, query = {}) => {
    const items = await admin.list(`apisix/admin/${kind}`, { gateway_group_id, ...query });
    return items.map((item) => toObserved(kind, item));
  };
  const [authorities, certificates, snis, services] = await Promise.all([
    list('ca_certificates'),
    list('certificates'),
    list('snis'),
    list('services'),
  ]);
  const marked = services.filter(({ labels }) => isMarked(labels));
  const routes = await Promise.all(marked.map(({ id }) => list('routes', { service_id: id })));
  return [...authorities, ...certificates, ...snis, ...services, ...routes.flat()];
}

async function requireVersion(admin: AdminClient, gateway: string): Promise<void> {
  const version = String(await admin.get('api/version'));
  // What API7's own client takes for newer than any release.
  if (version === 'dev') return;
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === undefined || minor === undefined) {
    throw transient('GatewayError', `The gateway ${gateway} does not say its version as API7 Enterprise does`);
  }
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw permanent(
    'GatewayVersionUnsupported',
    `The gateway ${gateway} is older than API7 Enterprise ${oldest.major}.${oldest.minor}; upgrade it`,
  );
}

/** `search` finds substrings and more than one group: only the exact name is the one that was meant. */
async function findGroup(admin: AdminClient, gateway: string, group: string): Promise<string> {
  const groups = await admin.list('api/gateway_groups', { search: group });
  const found = groups.find(({ name }) => name === group);
  if (found !== undefined) return String(found['id']);
  throw permanent('GatewayGroupNotFound', `The gateway ${gateway} has no gateway group named ${group}`);
}

function toObserved(kind: Kind, body: JsonObject): ObservedObject {
  const domain = kind === 'snis' ? body['domain'] : undefined;
  const claims = typeof domain === 'string' ? { claims: [domain.toLowerCase()] } : {};
  return { kind, id: String(body['id']), body, labels: stringsOf(body['labels']), ...claims };
}
