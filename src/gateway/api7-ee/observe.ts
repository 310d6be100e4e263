import pMap from 'p-map';
import { labelledOwner } from '../../model/ownership.ts';
import {
  isJsonObject,
  type JsonObject,
  type ObservedObject,
  type RemoteRef,
  stringsOf,
} from '../../model/remote-object.ts';
import type { AdminClient, Query } from '../admin-client.ts';
import { opensAsSni, opensAsSsl } from '../open.ts';
import { requestsOf } from '../requests.ts';
import { connections } from '../transport.ts';
import { newestFirst } from './order.ts';
import { rivalsOf } from './rivals.ts';

/** One object whole; behind a service its routes. Empty: there is none. */
export async function readOne(
  admin: AdminClient,
  { kind, id }: RemoteRef,
  query: Query,
): Promise<readonly ObservedObject[]> {
  const found = await admin.find(`apisix/admin/${kind}/${id}`, query);
  if (!isJsonObject(found)) return [];
  const ofService = { ...query, ...newestFirst, service_id: id };
  const routes = kind === 'services' ? await admin.list('apisix/admin/routes', ofService) : [];
  return [toObserved(kind, found), ...routes.map((route) => toObserved('routes', route))];
}

/**
 * Everything of these kinds, and what else takes names from them. Routes are listed by service, and ours are below ours:
 * a group may hold thousands of others.
 */
export async function observeGroup(
  admin: AdminClient,
  kinds: readonly string[],
  query: Query,
): Promise<readonly ObservedObject[]> {
  const list = async (kind: string, filter: Query = {}) => {
    const items = await admin.list(`apisix/admin/${kind}`, { ...query, ...newestFirst, ...filter });
    return items.map((item) => toObserved(kind, item));
  };
  const listed = kinds.filter((kind) => kind !== 'routes');
  const [beside, ...lists] = await Promise.all([
    kinds.includes('snis') ? admin.listIfThere('apisix/admin/ssls', { ...query, ...newestFirst }) : [],
    ...listed.map((kind) => list(kind)),
  ]);
  const found = lists.flat();
  const services = found.filter((object) => object.kind === 'services' && labelledOwner(object) !== undefined);
  // One that waits for a connection would spend its deadline on it.
  const routesOf = async ({ id, body }: ObservedObject) =>
    (await list('routes', { service_id: id })).map((route) => ({ ...route, requests: requestsOf(route.body, body) }));
  const routes = await pMap(services, routesOf, { concurrency: connections });
  return [
    ...found,
    ...routes.flat(),
    ...rivalsOf(
      found,
      beside.map((item) => toObserved('ssls', item)),
    ),
  ];
}

function toObserved(kind: string, body: JsonObject): ObservedObject {
  const claims = claimsOf(kind, body);
  return {
    kind,
    id: String(body['id']),
    body,
    labels: stringsOf(body['labels']),
    ...(claims.length === 0 ? {} : { claims, ...(kind === 'snis' ? opensAsSni(body) : opensAsSsl(body)) }),
  };
}

/** Names that a group gives to one object only. */
function claimsOf(kind: string, { domain, snis, type }: JsonObject): readonly string[] {
  if (kind === 'snis') return typeof domain === 'string' ? [domain.toLowerCase()] : [];
  if (kind !== 'ssls' || type === 'client' || !Array.isArray(snis)) return [];
  return snis.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
}
