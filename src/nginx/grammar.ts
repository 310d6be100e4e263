import type { MtlsUpstreamSpec } from '../api/mtls-upstream.ts';
import { ownPaths } from '../api/nginx-server.ts';
import type { Finding } from '../std/finding.ts';
import { isPrintable } from './render.ts';

export type NginxSpec = MtlsUpstreamSpec['nginx'];
export type Location = NginxSpec['locations'][number];

/**
 * The grammar of each field, stated here once more although the API server has checked its own: a cluster may run an
 * older CRD or none of our rules, and a value that slips through would be text in somebody's NGINX.
 */
const hostname = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const proxyHost = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const directory = /^(?=.{1,255}$)\/?[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
/** Whether it is an address is for the API server to judge: these signs are an argument of a directive and nothing else. */
const address = /^(?=.{2,39}$)[0-9A-Fa-f.:]+$/;
const path = /^(?=.{1,1024}$)\/[A-Za-z0-9._~+,=:@/-]*$/;

/** NGINX compares the decoded, normalised path: `//`, `/.` and `/..` segments are gone before it looks. */
const normalisedAway = /\/\/|\/\.\.?(\/|$)/;

/** For these NGINX makes the text a Location header. */
const redirects = [301, 302, 303, 307, 308];
/** Without a text NGINX closes the connection, or answers with another status (measured with 1.22). */
const needsBody = [408, 444, 494, 495, 496, 497, 499];

/** What stands against rendering this spec; each message names the field. Empty: `build` may use it. */
export function findViolations(nginx: NginxSpec): readonly Finding[] {
  return [
    ...unless(isPort(nginx.listen), 'spec.nginx.listen', 'must be a port number'),
    ...unless(hostname.test(nginx.serverName), 'spec.nginx.serverName', 'must be a lower-case DNS name'),
    ...unless(
      directory.test(nginx.tlsDirectory),
      'spec.nginx.tlsDirectory',
      'must be a path of letters, digits, dots, dashes and underscores, where no part starts with a dot',
    ),
    ...(nginx.resolvers ?? []).flatMap((resolver, index) =>
      unless(address.test(resolver), `spec.nginx.resolvers[${index}]`, 'must be an IP address'),
    ),
    ...nginx.locations.flatMap((location, index) => locationViolations(location, `spec.nginx.locations[${index}]`)),
    ...duplicatePaths(nginx.locations),
  ];
}

function locationViolations(location: Location, field: string): readonly Finding[] {
  const { return: answer, proxy } = location;
  return [
    ...unless(
      path.test(location.path) && !normalisedAway.test(location.path),
      `${field}.path`,
      'must be a normalised path that starts with / and holds only letters, digits and ._~+,=:@/-',
    ),
    ...unless(
      !location.path.startsWith(ownPaths),
      `${field}.path`,
      `must not begin with ${ownPaths}, which the operator reserves`,
    ),
    ...unless((answer === undefined) !== (proxy === undefined), field, 'must have exactly one of return and proxy'),
    ...(answer === undefined ? [] : answerViolations(answer, `${field}.return`)),
    ...(proxy === undefined ? [] : proxyViolations(proxy, `${field}.proxy`)),
  ];
}

function answerViolations({ status, body }: NonNullable<Location['return']>, field: string): readonly Finding[] {
  return [
    ...unless(isStatus(status), `${field}.status`, 'must be a status from 200 to 599 that is not a redirect'),
    ...unless(body !== '' || !needsBody.includes(status), `${field}.body`, 'must not be empty for this status'),
    ...unless(isPrintable(body), `${field}.body`, 'must be one line of at most 4000 bytes without $'),
  ];
}

function proxyViolations({ host, port }: NonNullable<Location['proxy']>, field: string): readonly Finding[] {
  return [
    ...unless(proxyHost.test(host), `${field}.host`, 'must be a DNS name or an IPv4 address'),
    ...unless(host.toLowerCase() !== 'unix', `${field}.host`, 'must not be unix, which NGINX would take for a socket'),
    ...unless(isPort(port), `${field}.port`, 'must be a port number'),
  ];
}

function duplicatePaths(locations: readonly Location[]): readonly Finding[] {
  const paths = locations.map(({ path }) => path);
  return unless(new Set(paths).size === paths.length, 'spec.nginx.locations', 'must not name a path twice');
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599 && !redirects.includes(status);
}

/** The value itself stays out of the message: a condition would carry it to every reader. */
function unless(holds: boolean, field: string, rule: string): readonly Finding[] {
  return holds ? [] : [{ reason: 'InvalidSpec', message: `${field}: ${rule}` }];
}
