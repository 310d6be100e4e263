/** The objects of API7 Enterprise: names, rules between objects, what an answer shows. */
import { refuseTwin } from '../admin/global-rules.ts';
import { checkPrivateKey, hostsOf, parseCertificates, validityOf } from '../admin/pem.ts';
import { checkPlugins } from '../admin/plugins.ts';
import { Refusal } from '../admin/refusal.ts';
import type { CaCertificate, Certificate, Route, Service, Sni, Upstream } from './bodies.ts';
import type { Group, NamedRule } from './group.ts';
import type { ObjectKind } from './object-kind.ts';
import { mustExist, refuseUsedCa, refuseUsedCertificate } from './references.ts';

export const certificates: ObjectKind<Certificate> = {
  path: 'certificates',
  schema: 'certificate',
  patchable: true,
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
  schema: 'ca-certificate',
  patchable: true,
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
  schema: 'sni',
  patchable: true,
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

function checkClientCertificate({ tls }: Upstream, { ssls }: Group): void {
  const { client_cert_id: id, client_cert, client_key } = tls ?? {};
  if (id !== undefined) mustExist('ssl', ssls, [id]);
  if (id !== undefined && ssls.get(id)?.body.type !== 'client') {
    throw new Refusal(400, `failed to fetch ssl info by ssl id [${id}], wrong ssl type`);
  }
  if (client_cert !== undefined) parseCertificates(client_cert);
  if (client_key !== undefined) checkPrivateKey(client_key);
}

function showUpstream({ tls, ...upstream }: Upstream) {
  const { client_key: _, ...shown } = tls ?? {};
  return tls === undefined ? upstream : { ...upstream, tls: shown };
}

export const services: ObjectKind<Service> = {
  path: 'services',
  schema: 'service',
  patchable: true,
  collection: (group) => group.services,
  check: ({ upstream, service_id }, id, group) => {
    if (service_id !== undefined && service_id !== id) throw new Refusal(400, 'wrong service id');
    checkHost(upstream);
    const certificate = upstream.client_certificate;
    mustExist('certificate', group.certificates, certificate === undefined ? [] : [certificate]);
    mustExist('ca_certificate', group.caCertificates, upstream.ca_certificates ?? []);
    checkClientCertificate(upstream, group);
  },
  complete: ({ service_id: _, ...service }) => service,
  show: (body) => ({ ...body, upstream: showUpstream(body.upstream) }),
  remove: (id, group) => {
    for (const route of group.routes.values()) if (route.body.service_id === id) group.routes.delete(route.id);
    group.services.delete(id);
  },
};

export const routes: ObjectKind<Route> = {
  path: 'routes',
  schema: 'route',
  patchable: true,
  collection: (group) => group.routes,
  listed: { needed: ['service_id'], fits: ({ service_id }, query) => service_id === query['service_id'] },
  check: ({ service_id, route_id, plugins }, id, group) => {
    checkPlugins(plugins);
    if (route_id !== undefined && route_id !== id) throw new Refusal(400, 'wrong route id');
    mustExist('service', group.services, [service_id]);
  },
  complete: ({ route_id: _, ...route }) => route,
  show: (body) => ({ ...body }),
  remove: (id, group) => void group.routes.delete(id),
};

/** One for each plugin, under its name: so api7/adc writes them. */
export const globalRules: ObjectKind<NamedRule> = {
  path: 'global_rules',
  schema: 'global-rule',
  patchable: true,
  collection: (group) => group.globalRules,
  check: (body, id, group) => {
    checkPlugins(body.plugins);
    refuseTwin(body, id, group.globalRules);
  },
  show: (body) => ({ ...body }),
  remove: (id, group) => void group.globalRules.delete(id),
};
