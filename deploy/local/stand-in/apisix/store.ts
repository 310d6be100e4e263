import { type Collection, put, type Stored } from '../admin/collection.ts';
import type { GlobalRule } from '../admin/global-rules.ts';
import type { Route, Service, Ssl, Upstream } from './bodies.ts';

/** All objects of one gateway, as its etcd holds them: private keys encrypted. */
export interface Store {
  readonly ssls: Collection<Ssl>;
  readonly upstreams: Collection<Upstream>;
  readonly services: Collection<Service>;
  readonly routes: Collection<Route>;
  readonly globalRules: Collection<GlobalRule>;
  /** The revision of the last write. */
  revision: number;
}

/** Where etcd's count stands before the first write of somebody else. */
const firstRevision = 100;

export function createStore(): Store {
  return {
    ssls: new Map(),
    upstreams: new Map(),
    services: new Map(),
    routes: new Map(),
    globalRules: new Map(),
    revision: firstRevision,
  };
}

export const collectionsOf = ({ ssls, upstreams, services, routes, globalRules }: Store) => [
  ssls,
  upstreams,
  services,
  routes,
  globalRules,
];

/** The id of a POST: the revision that the write will have, in 20 digits. */
export const nextId = ({ revision }: Store) => String(revision + 1).padStart(20, '0');

export function write<Body>(store: Store, collection: Collection<Body>, id: string, body: Body): Stored<Body> {
  store.revision += 1;
  return put(collection, id, body, store.revision);
}
