import { createHash } from 'node:crypto';
import { type Collection, epochSeconds } from '../admin/collection.ts';
import type { GlobalRule } from '../admin/global-rules.ts';
import type { CaCertificate, Certificate, Route, Service, Sni, Ssl } from './bodies.ts';

/** As the other objects of a group have it. */
export type NamedRule = GlobalRule & { readonly id?: string };

/** A gateway group and its objects, of all versions: a profile uses the kinds that its version has. */
export interface Group {
  readonly id: string;
  readonly name: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly certificates: Collection<Certificate>;
  readonly caCertificates: Collection<CaCertificate>;
  readonly snis: Collection<Sni>;
  readonly ssls: Collection<Ssl>;
  readonly services: Collection<Service>;
  readonly routes: Collection<Route>;
  readonly globalRules: Collection<NamedRule>;
  /** Writes so far: the order of those of one second. */
  revision: number;
}

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
    ssls: new Map(),
    services: new Map(),
    routes: new Map(),
    globalRules: new Map(),
    revision: 0,
  };
}

/** All collections of a group. */
export const collectionsOf = ({ certificates, caCertificates, snis, ssls, services, routes, globalRules }: Group) => [
  certificates,
  caCertificates,
  snis,
  ssls,
  services,
  routes,
  globalRules,
];
