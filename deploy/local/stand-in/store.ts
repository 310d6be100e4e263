/**
 * What the Admin API was told, in memory: gateway groups and their objects. Nothing is written to disk, so a restart
 * is a gateway that lost everything. Group ids depend on the name alone and survive it.
 */
import { createHash } from 'node:crypto';
import type { CaCertificate, Certificate } from './schemas/certificate.ts';
import type { Route } from './schemas/route.ts';
import type { Service } from './schemas/service.ts';
import type { Sni } from './schemas/sni.ts';

export interface Stored<Body> {
  readonly id: string;
  /** As it was sent, with defaults filled in and without its id. */
  readonly body: Body;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Objects by id, in order of creation. */
export type Collection<Body> = Map<string, Stored<Body>>;

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly certificates: Collection<Certificate>;
  readonly caCertificates: Collection<CaCertificate>;
  readonly snis: Collection<Sni>;
  readonly services: Collection<Service>;
  readonly routes: Collection<Route>;
}

/** Epoch seconds, as every time in the Admin API. */
export const epochSeconds = () => Math.floor(Temporal.Now.instant().epochMilliseconds / 1000);

/** The same name has the same id in every life of the stand-in, shaped as a UUID. */
function groupId(name: string): string {
  const hex = createHash('sha256').update(`gateway group ${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

export function createGroup(name: string): Group {
  return {
    id: groupId(name),
    name,
    createdAt: epochSeconds(),
    certificates: new Map(),
    caCertificates: new Map(),
    snis: new Map(),
    services: new Map(),
    routes: new Map(),
  };
}

/** Creates or replaces; a replaced object keeps its place and its time of creation. */
export function put<Body>(collection: Collection<Body>, id: string, body: Body): Stored<Body> {
  const now = epochSeconds();
  const stored = { id, body, createdAt: collection.get(id)?.createdAt ?? now, updatedAt: now };
  collection.set(id, stored);
  return stored;
}
