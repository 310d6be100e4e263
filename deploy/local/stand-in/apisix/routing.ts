/** `/apisix/admin/services` and `/apisix/admin/routes`. */
import { checkPlugins } from '../admin/plugins.ts';
import { Refusal } from '../admin/refusal.ts';
import type { Id, Route, Service, WithUpstream } from './bodies.ts';
import type { Kind, Version } from './kind.ts';
import type { Store } from './store.ts';
import { checkClientCertificate, checkUpstream, sealUpstream } from './upstreams.ts';

function mustExist(what: string, collection: ReadonlyMap<string, unknown>, id: Id | undefined): void {
  if (id === undefined || collection.has(String(id))) return;
  throw new Refusal(400, `failed to fetch ${what} info by ${what} id [${id}], response code: 404`);
}

function check({ upstream }: WithUpstream, version: Version): void {
  if (upstream !== undefined) checkUpstream(upstream, version);
}

function checkReferences({ upstream, upstream_id }: WithUpstream, store: Store): void {
  mustExist('upstream', store.upstreams, upstream_id);
  if (upstream !== undefined) checkClientCertificate(upstream, store);
}

function sealed<Of extends WithUpstream>(body: Of): Of {
  return body.upstream === undefined ? body : { ...body, upstream: sealUpstream(body.upstream) };
}

export const services: Kind<Service> = {
  plural: 'services',
  singular: 'service',
  collection: (store) => store.services,
  check,
  checkReferences,
  seal: sealed,
  show: (service) => service,
  refuseRemoval: (id, { routes }) => {
    const user = [...routes.values()].find(({ body }) => String(body.service_id) === id);
    if (user === undefined) return;
    throw new Refusal(400, `can not delete this service directly, route [${user.id}] is still using it now`);
  },
};

export const routes: Kind<Route> = {
  plural: 'routes',
  singular: 'route',
  collection: (store) => store.routes,
  check: (route, version) => {
    checkPlugins(route.plugins);
    check(route, version);
  },
  checkReferences: (route, store) => {
    checkReferences(route, store);
    mustExist('service', store.services, route.service_id);
  },
  seal: sealed,
  show: (route) => route,
  refuseRemoval: () => {},
};
