/** The objects of API7 Enterprise 3.10: names, rules between objects, what an answer shows. */
import {
  type CaCertificate,
  type Certificate,
  caCertificateSchema,
  certificateSchema,
} from '../schemas/certificate.ts';
import { type Route, routeSchema } from '../schemas/route.ts';
import { type Service, serviceSchema } from '../schemas/service.ts';
import { type Sni, sniSchema } from '../schemas/sni.ts';
import type { Upstream } from '../schemas/upstream.ts';
import type { Group } from '../store.ts';
import type { ObjectKind } from './object-kind.ts';
import { checkPrivateKey, hostsOf, parseCertificates, validityOf } from './pem.ts';
import { mustExist, refuseUsedCa, refuseUsedCertificate } from './references.ts';
import { Refusal } from './refusal.ts';

export const certificates: ObjectKind<Certificate> = {
  path: 'certificates',
  schema: certificateSchema,
  collection: (group) => group.certificates,
  check: ({ cert, key }) => {
    parseCertificates(cert);
    checkPrivateKey(key);
  },
  show: ({ key: _, ...shown }) => {
    const [leaf] = parseCertificates(shown.cert);
    return { ...shown, snis: hostsOf(leaf), ...validityOf(leaf) };
  },
  remove: (id, group) => {
    refuseUsedCertificate(id, group);
    group.certificates.delete(id);
  },
};

export const caCertificates: ObjectKind<CaCertificate> = {
  path: 'ca_certificates',
  schema: caCertificateSchema,
  collection: (group) => group.caCertificates,
  check: ({ cert }) => void parseCertificates(cert),
  show: (body) => ({ ...body, ...validityOf(parseCertificates(body.cert)[0]) }),
  remove: (id, group) => {
    refuseUsedCa(id, group);
    group.caCertificates.delete(id);
  },
};

function refuseTakenDomain(domain: string, id: string, { snis }: Group): void {
  const taken = [...snis.values()].some(
    (other) => other.id !== id && other.body.domain.toLowerCase() === domain.toLowerCase(),
  );
  if (taken) throw new Refusal(400, 'SNI already exists');
}

export const snis: ObjectKind<Sni> = {
  path: 'snis',
  schema: sniSchema,
  collection: (group) => group.snis,
  check: (body, id, group) => {
    mustExist('certificate', group.certificates, body.certificates);
    mustExist('ca_certificate', group.caCertificates, body.mtls?.ca_certificates ?? []);
    refuseTakenDomain(body.domain, id, group);
  },
  show: (body) => ({ ...body }),
  remove: (id, group) => void group.snis.delete(id),
};

function checkHost({ pass_host, upstream_host, nodes }: Upstream): void {
  if (pass_host === 'rewrite' && upstream_host === undefined) {
    throw new Refusal(400, "`upstream_host` can't be empty when `pass_host` is `rewrite`");
  }
  if (pass_host === 'node' && nodes.length !== 1) {
    throw new Refusal(400, 'only support single node for `node` mode currently');
  }
}

export const services: ObjectKind<Service> = {
  path: 'services',
  schema: serviceSchema,
  collection: (group) => group.services,
  check: ({ upstream, service_id }, id, group) => {
    if (service_id !== undefined && service_id !== id) throw new Refusal(400, 'wrong service id');
    checkHost(upstream);
    mustExist(
      'certificate',
      group.certificates,
      upstream.client_certificate === undefined ? [] : [upstream.client_certificate],
    );
    mustExist('ca_certificate', group.caCertificates, upstream.ca_certificates ?? []);
  },
  show: (body) => ({ ...body }),
  remove: (id, group) => {
    for (const route of group.routes.values()) if (route.body.service_id === id) group.routes.delete(route.id);
    group.services.delete(id);
  },
};

export const routes: ObjectKind<Route> = {
  path: 'routes',
  schema: routeSchema,
  listNeeds: 'service_id',
  collection: (group) => group.routes,
  check: ({ service_id, route_id }, id, group) => {
    if (route_id !== undefined && route_id !== id) throw new Refusal(400, 'wrong route id');
    mustExist('service', group.services, [service_id]);
  },
  show: (body) => ({ ...body }),
  remove: (id, group) => void group.routes.delete(id),
};
