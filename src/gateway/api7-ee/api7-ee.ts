import type { GatewayConfig } from '../../api/operator-config.ts';
import { isJsonObject, type Json, type JsonObject, type ObservedObject } from '../../model/remote-object.ts';
import { permanent } from '../../std/failure.ts';
import { type AdminCall, AdminClient } from '../admin-client.ts';
import type { Gateway } from '../gateway.ts';
import { compile, type Kind } from './payload.ts';

/** Upstreams refer to certificates by id from this version on. */
const oldest = { major: 3, minor: 6 };

/** One gateway group of API7 Enterprise >= 3.6. */
export function api7EeGateway(config: GatewayConfig, group: string, onCall?: (call: AdminCall) => void): Gateway {
  const admin = new AdminClient(config, onCall);
  const label = `${config.name}/${group}`;
  let known: Promise<string> | undefined;
  const lookUp = async () => {
    await requireVersion(admin, config.name);
    return findGroup(admin, config.name, group);
  };
  const groupId = () => (known ??= lookUp());
  const scope = async () => ({ gateway_group_id: await groupId() });
  const list = async (kind: Kind, query = {}) => {
    const items = await admin.list(`apisix/admin/${kind}`, { ...(await scope()), ...query });
    return items.map((item) => toObserved(kind, item));
  };
  return {
    label,
    groupId,
    compile,
    async observe() {
      // Looked up anew: a group that was deleted and made again has another id, and a gateway may have been upgraded.
      known = lookUp();
      const [authorities, certificates, snis, services] = await Promise.all([
        list('ca_certificates'),
        list('certificates'),
        list('snis'),
        list('services'),
      ]);
      const routes = await Promise.all(services.map(({ id }) => list('routes', { service_id: id })));
      return [...authorities, ...certificates, ...snis, ...services, ...routes.flat()];
    },
    async put({ kind, id, body }) {
      await admin.put(`apisix/admin/${kind}/${id}`, await scope(), body);
    },
    async remove({ kind, id }) {
      await admin.delete(`apisix/admin/${kind}/${id}`, await scope());
    },
  };
}

async function requireVersion(admin: AdminClient, gateway: string): Promise<void> {
  const version = await admin.get('api/version');
  if (version === 'dev') return;
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(String(version)) ?? [];
  if (Number(major) > oldest.major || (Number(major) === oldest.major && Number(minor) >= oldest.minor)) return;
  throw permanent(
    'GatewayVersionUnsupported',
    `The gateway ${gateway} is older than API7 Enterprise ${oldest.major}.${oldest.minor}; upgrade it`,
  );
}

/** `search` finds substrings and more than one group: only the exact name is the one that was meant. */
async function findGroup(admin: AdminClient, gateway: string, group: string): Promise<string> {
  const groups = await admin.list('api/gateway_groups', { search: group });
  const id = groups.find(({ name }) => name === group)?.['id'];
  if (typeof id === 'string') return id;
  throw permanent('GatewayGroupNotFound', `The gateway ${gateway} has no gateway group named ${group}`);
}

function toObserved(kind: Kind, body: JsonObject): ObservedObject {
  const claim = kind === 'snis' && typeof body['domain'] === 'string' ? { claim: body['domain'] } : {};
  return { kind, id: String(body['id']), body, labels: stringsOf(body['labels']), ...claim };
}

function stringsOf(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
