import type { GatewayConfig } from '../../api/operator-config.ts';
import type { Dialect } from '../../model/dialect.ts';
import type { GatewayState } from '../../model/gateway-state.ts';
import { permanent, transient } from '../../std/failure.ts';
import type { AdminClient } from '../admin-client.ts';
import { Aliases } from '../aliases.ts';
import { onlyGroup, wayCaveats } from '../configured.ts';
import { denyPlugin } from '../deny-rule.ts';
import type { GatewayGroup, OpenGroup } from '../gateway-group.ts';
import { globalRulesOf } from '../global-rules.ts';
import { isAtLeast, parseVersion, type Version } from '../version.ts';
import { observeGroup, readOne } from './observe.ts';
import { newestFirst } from './order.ts';
import * as references from './references.ts';
import * as ssls from './ssls.ts';

/** Before it there is no `/apisix/admin/ssls` as it is spoken here. */
const oldest = '3.2';
/** From 3.9.10 on, which `Version` cannot tell from 3.9.1: one that has no such call says so. */
const firstToValidate = '3.9';
/** Upstreams refer to certificates by id from this version on. */
const firstWithReferences = '3.6';

/** One gateway group of API7 Enterprise. */
export function api7EeGroup(config: GatewayConfig, group: string, admin: AdminClient): GatewayGroup {
  const aliases = new Aliases();
  return {
    label: `${config.name}/${group}`,
    caveats: wayCaveats(config),
    async open(): Promise<OpenGroup> {
      const dialect = await probe(admin, config.name);
      const groupId = await findGroup(admin, config, group);
      const query = groupId === undefined ? {} : { gateway_group_id: groupId };
      return {
        dialect,
        groupId,
        async observe() {
          const { moment } = aliases;
          return aliases.recognise(await observeGroup(admin, dialect.kinds, query), moment);
        },
        validate: async (objects) => {
          if (dialect.validates) await admin.validate(query, objects);
        },
        async put(object) {
          const path = `apisix/admin/${object.kind}`;
          const { found } = await admin.put(`${path}/${aliases.idOf(object)}`, query, aliases.bodyOf(object));
          if (found) return;
          // Whether a PUT makes certificates, CA certificates and SNIs is not documented for every version.
          aliases.add(object, (await admin.post(path, query, aliases.markedBodyOf(object))).value);
        },
        read: (ref) => readOne(admin, ref, query),
        async replace(object, id) {
          const path = `apisix/admin/${object.kind}/${id}`;
          const { found } = await admin.put(path, query, aliases.markedBodyOf(object, id));
          if (!found)
            throw permanent('GatewayRejected', `The gateway ${config.name} has no place for ${object.kind}/${id}`);
          aliases.add(object, { id });
        },
        remove: (ref) => admin.delete(`apisix/admin/${ref.kind}/${aliases.idOf(ref)}`, query),
        globalRules: globalRulesOf(admin, { query, ruleId: denyPlugin }),
      };
    },
  };
}

/** The smallest request that the control plane answers from its database, or the only one that a key of one group may make. */
export async function lookAtApi7Ee(admin: AdminClient): Promise<void> {
  if (admin.hasGroupKey()) await admin.look('api/version');
  else await admin.look('api/gateway_groups', { page: 1, page_size: 10 });
}

async function probe(admin: AdminClient, gateway: string): Promise<Dialect> {
  const text = await admin.get('api/version');
  const version = parseVersion(typeof text === 'string' ? text : undefined);
  if (version === undefined) {
    throw transient('GatewayError', `The gateway ${gateway} does not report a version of API7 Enterprise`);
  }
  if (isAtLeast(version, firstWithReferences)) return withReferences(version);
  if (isAtLeast(version, oldest)) return withSsls(version);
  throw permanent(
    'GatewayVersionUnsupported',
    `The gateway ${gateway} is older than API7 Enterprise ${oldest}; upgrade it`,
  );
}

function withReferences(version: Version): Dialect {
  const { text } = version;
  const { kinds, compile } = references;
  const product = `API7 Enterprise ${text}`;
  const unsupported = (state: GatewayState) => [...refuseDepth(state, product), ...refuseExemptPaths(state, product)];
  return {
    product,
    kinds,
    compile,
    unsupported,
    validates: isAtLeast(version, firstToValidate),
    unenforced: () => [],
  };
}

function withSsls({ text }: Version): Dialect {
  const product = `API7 Enterprise ${text}`;
  const { kinds, compile } = ssls;
  const why = `${product} does not verify the certificate of NGINX: use ${firstWithReferences} or newer, or secure the network between them`;
  const unsupported = (state: GatewayState) => refuseExemptPaths(state, product);
  return { product, kinds, compile, unsupported, unenforced: (kind) => (kind === 'upstream' ? [why] : []) };
}

/** An SNI has no field for it. */
function refuseDepth(state: GatewayState, product: string): readonly string[] {
  if (state.kind !== 'client-facing' || state.verification?.depth === undefined) return [];
  return [
    `spec.clientVerification.depth: ${product} has no such setting: leave it out, and issue client certificates with at most one intermediate CA`,
  ];
}

function refuseExemptPaths(state: GatewayState, product: string): readonly string[] {
  if (state.kind !== 'client-facing' || (state.verification?.exemptPaths ?? []).length === 0) return [];
  return [
    `spec.clientVerification.exemptPaths: ${product} requires a client certificate at every path of a host: serve paths that need none at another host, or use Apache APISIX`,
  ];
}

/**
 * `name` finds the exact name, and `search` substrings, for versions that take no notice of `name`: only the exact name
 * is the one that was meant. The admin key of a group says by itself which one it is, and may not be allowed to look.
 */
async function findGroup(admin: AdminClient, config: GatewayConfig, group: string): Promise<string | undefined> {
  if (await admin.hasGroupKey()) {
    onlyGroup(config, group, 'has the admin key of one group');
    return undefined;
  }
  const groups = await admin.list('api/gateway_groups', { name: group, search: group, ...newestFirst });
  const found = groups.find(({ name }) => name === group);
  if (found !== undefined) return String(found['id']);
  throw permanent('GatewayGroupNotFound', `The gateway ${config.name} has no gateway group named ${group}`);
}
