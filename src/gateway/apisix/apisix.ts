import type { GatewayConfig } from '../../api/operator-config.ts';
import type { Dialect } from '../../model/dialect.ts';
import type { GatewayState } from '../../model/gateway-state.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type ObservedObject,
  type RemoteRef,
  stringsOf,
} from '../../model/remote-object.ts';
import { permanent, transient } from '../../std/failure.ts';
import { type AdminClient, valueIn } from '../admin-client.ts';
import { Aliases } from '../aliases.ts';
import { onlyGroup, wayCaveats } from '../configured.ts';
import type { GatewayGroup, OpenGroup } from '../gateway-group.ts';
import { globalRulesOf } from '../global-rules.ts';
import { opensAsSsl } from '../open.ts';
import { requestsOf } from '../requests.ts';
import { isAtLeast, parseVersion, type Version } from '../version.ts';
import { type Abilities, compile, kinds } from './payload.ts';

/** Before it, a client without certificate passes by a Host header that is not its SNI. */
const oldest = '3.2';
/** Before it, no version verifies the certificate of an https upstream. */
const firstToVerify = '3.19';

/** Before it only without etcd. */
const firstToValidate = '3.17';

/** Nobody else has it by chance. API7's tools write the name of the plugin, which somebody who uses it may have as well. */
const denyRuleId = 'mtls-operator-revoked';

/** Apache APISIX with etcd; it has no groups, so it is one. */
export function apisixGroup(config: GatewayConfig, group: string, admin: AdminClient): GatewayGroup {
  const aliases = new Aliases();
  const write = async ({ kind, id }: RemoteRef, body: JsonObject) => {
    const { found } = await admin.put(`apisix/admin/${kind}/${id}`, {}, body);
    if (!found) throw permanent('GatewayRejected', `The gateway ${config.name} has no place for ${kind}/${id}`);
  };
  return {
    label: `${config.name}/${group}`,
    caveats: wayCaveats(config),
    async open(): Promise<OpenGroup> {
      onlyGroup(config, group, 'is Apache APISIX, which has no gateway groups');
      const dialect = await probe(admin, config.name);
      return {
        dialect,
        groupId: undefined,
        async observe() {
          const { moment } = aliases;
          const found = await Promise.all(kinds.map((kind) => list(admin, kind)));
          return aliases.recognise(found.flat(), moment);
        },
        validate: async (objects) => {
          if (dialect.validates) await admin.validate({}, objects);
        },
        put: (object) => write({ kind: object.kind, id: aliases.idOf(object) }, aliases.bodyOf(object)),
        read: (ref) => readOne(admin, ref),
        async replace(object, id) {
          await write({ kind: object.kind, id }, aliases.markedBodyOf(object, id));
          aliases.add(object, { id });
        },
        remove: (ref) => admin.delete(`apisix/admin/${ref.kind}/${aliases.idOf(ref)}`, {}),
        globalRules: globalRulesOf(admin, { query: {}, ruleId: denyRuleId, unwrap: valueIn }),
      };
    },
  };
}

/** The smallest request that the control plane answers from its database. */
export async function lookAtApisix(admin: AdminClient): Promise<void> {
  await admin.look('apisix/admin/ssls', { page: 1, page_size: 10 });
}

/** There is no call for it: the version stands in a header of every answer (measured). */
async function probe(admin: AdminClient, gateway: string): Promise<Dialect> {
  const server = await admin.server('apisix/admin/ssls', { page: 1, page_size: 10 });
  const version = parseVersion(/^APISIX\/(\S+)$/.exec(server ?? '')?.[1]);
  if (version === undefined) {
    const advice = 'enable_server_tokens must not be off, and no proxy in between may replace the header';
    throw transient(
      'GatewayError',
      `The gateway ${gateway} does not report its version in the header Server: ${advice}`,
    );
  }
  if (!isAtLeast(version, oldest)) {
    throw permanent(
      'GatewayVersionUnsupported',
      `The gateway ${gateway} is older than Apache APISIX ${oldest}; upgrade it`,
    );
  }
  const verifiesUpstream = isAtLeast(version, firstToVerify) && (await knowsCaCerts(admin));
  return dialect(version, { verifiesUpstream });
}

/** Asked of the schema itself: a field that it does not know would be taken and do nothing. */
async function knowsCaCerts(admin: AdminClient): Promise<boolean> {
  const schema = await admin.document('apisix/admin/schema/upstream');
  return within(schema, 'properties', 'tls', 'properties', 'ca_certs') !== undefined;
}

function within(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  return isJsonObject(value) ? within(value[step], ...rest) : undefined;
}

function dialect(version: Version, abilities: Abilities): Dialect {
  const product = `Apache APISIX ${version.text}`;
  return {
    product,
    kinds,
    compile: (state, owner) => compile(state, owner, abilities),
    // Measured: no error for a second object of one SNI; the first that a worker loaded wins.
    letsNamesShadow: true,
    validates: isAtLeast(version, firstToValidate),
    unsupported: () => [],
    unenforced: (kind) => unenforced(kind, product, abilities),
  };
}

function unenforced(kind: GatewayState['kind'], product: string, { verifiesUpstream }: Abilities): readonly string[] {
  if (kind !== 'upstream' || verifiesUpstream) return [];
  return [
    `${product} does not verify the certificate of NGINX: use ${firstToVerify} or newer, or secure the network between them`,
  ];
}

async function list(admin: AdminClient, kind: string): Promise<readonly ObservedObject[]> {
  const items = await admin.list(`apisix/admin/${kind}`, {}, valueIn);
  return items.map((body) => toObserved(kind, body));
}

/** One object whole; behind a service its routes. Empty: there is none. */
async function readOne(admin: AdminClient, { kind, id }: RemoteRef): Promise<readonly ObservedObject[]> {
  const found = await admin.find(`apisix/admin/${kind}/${id}`, {});
  if (!isJsonObject(found)) return [];
  const routes = kind === 'services' ? await list(admin, 'routes') : [];
  return [toObserved(kind, found), ...routes.filter(({ body }) => body['service_id'] === id)];
}

function toObserved(kind: string, body: JsonObject): ObservedObject {
  return {
    kind,
    id: String(body['id']),
    body,
    labels: stringsOf(body['labels']),
    ...(kind === 'ssls' ? sslOf(body) : {}),
    ...(kind === 'routes' ? { requests: requestsOf(body) } : {}),
  };
}

function sslOf(body: JsonObject): Pick<ObservedObject, 'claims' | 'isOpen'> {
  const claims = claimsOf(body);
  return { claims, ...(claims.length > 0 ? opensAsSsl(body) : {}) };
}

/** The SNIs that an object serves: one of type client none; `sni` is the old field for a single one. */
function claimsOf({ type, sni, snis }: JsonObject): readonly string[] {
  if (type === 'client') return [];
  const names = [sni, ...(Array.isArray(snis) ? snis : [])];
  return names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase().replace(/\.$/, ''));
}
