import type { AuthorizationEntry } from '../../api/authorization.ts';
import { mtlsGateway, parseSpec, type Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import { type Allowance, coversPath, notAllowedText } from '../../model/allowance.ts';
import type { Route, Service } from '../../model/gateway-state.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import { matches } from '../../pki/x509/inspect.ts';
import { type HeldCertificate, isFinding, readCertificate } from '../certificates/held.ts';
import { subjectOf } from '../certificates/leaf-names.ts';
import { gatewayCertificates } from '../certificates/requests.ts';
import { concreteHost, covers } from '../gateway/hosts.ts';
import type { Neighbours } from '../observed.ts';
import type { AllowedCheck, AllowedClient } from '../steps.ts';

interface Asked {
  readonly resource: Resource<MtlsUpstreamSpec>;
  /** With the lists of its routes. */
  readonly service: Service;
  readonly endpoints: readonly Endpoint[];
  readonly neighbours: Pick<Neighbours, 'mtlsGateway' | 'secretOf'>;
  readonly now: Temporal.Instant;
}

/**
 * Requests that `spec.authorization` allows, for a probe: with a certificate made for that moment, of the subject of a
 * client that is allowed, by the CA of its MtlsGateway. One for each route that has one, at every address; none where the
 * key of that CA is not here, or no host is served by both. Pure.
 */
export function allowedChecks({ resource, service, endpoints, neighbours, now }: Asked): readonly AllowedCheck[] {
  const { authorization = [], nginx } = resource.spec;
  if (endpoints.length === 0) return [];
  const names = new Set(authorization.flatMap((entry) => gatewayOf(entry) ?? []));
  const clients = [...names].flatMap((name) => clientsOf(name, neighbours, now));
  const hosts = (service.hosts.length === 0 ? [nginx.serverName] : service.hosts).map(concreteHost);
  const asked = service.routes.flatMap((route) => checkOf(route, hosts, clients) ?? []);
  return endpoints.flatMap((endpoint) => asked.map((one) => ({ endpoint, ...one })));
}

function gatewayOf({ clients, uris }: AuthorizationEntry): string | undefined {
  return (clients ?? uris)?.mtlsGatewayRef.name;
}

/** All clients of the MtlsGateway, if its CA can sign; which of them are allowed, the lists say. */
function clientsOf(
  name: string,
  { mtlsGateway: find, secretOf }: Asked['neighbours'],
  now: Temporal.Instant,
): readonly AllowedClient[] {
  const found = find(name);
  const parsed = found && parseSpec(mtlsGateway, found.spec);
  if (found?.metadata.deletionTimestamp !== undefined || found === undefined || !parsed?.ok) return [];
  const { ca, leaves } = gatewayCertificates({ ...found, spec: parsed.value });
  const place = 'issue' in ca ? ca.issue : ca.external.copy;
  const issuer = place && readCertificate(secretOf(found, place.secretName), false);
  if (issuer === undefined || isFinding(issuer) || !canSign(issuer, now)) return [];
  return leaves.filter(({ role }) => role === 'client').map((request) => ({ issuer, request }));
}

function canSign({ facts, keyPem, chainPem }: HeldCertificate, now: Temporal.Instant): boolean {
  return facts.isCa && matches(keyPem, chainPem) && Temporal.Instant.compare(now, facts.notAfter) < 0;
}

function checkOf(
  route: Route,
  hosts: readonly string[],
  clients: readonly AllowedClient[],
): Omit<AllowedCheck, 'endpoint'> | undefined {
  const { allow = [], methods } = route;
  if (!methods.includes('GET')) return undefined;
  for (const allowance of allow) {
    const client = clients.find((one) => isAllowed(one, allowance));
    const path = pathOf(route, allowance);
    const host = hosts.find((one) => allowance.hosts?.some((served) => isServedAs(one, served)));
    if (client !== undefined && path !== undefined && host !== undefined)
      return { host, path, client, refusal: notAllowedText(allow) };
  }
  return undefined;
}

function isAllowed({ issuer, request }: AllowedClient, { issuers, subjects, methods }: Allowance): boolean {
  const takesGet = methods?.includes('GET') ?? true;
  return takesGet && issuers.includes(toRfc2253(issuer.facts.subject.der)) && subjects.includes(subjectOf(request));
}

/** A path that both the route and its list are about. */
function pathOf({ paths }: Route, allowance: Allowance): string | undefined {
  const { paths: allowed = paths } = allowance;
  const isIn = (list: readonly string[], path: string) => list.some((wide) => coversPath(wide, path));
  const concrete = [...paths, ...allowed].map((path) => path.replace(/\*$/, ''));
  return concrete.find((path) => isIn(paths, path) && isIn(allowed, path));
}

/** A wildcard of a gateway stands for one label, as that of a certificate. */
function isServedAs(host: string, served: string): boolean {
  return covers(served, host) && host.split('.').length === served.split('.').length;
}
