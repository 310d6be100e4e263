import type { Parsed } from '../api/kinds.ts';
import { type Fingerprint, fingerprintBlocks, fingerprintOf } from './fingerprint.ts';
import { findViolations, type Location, type NginxSpec } from './grammar.ts';
import { type Block, block, type Directive, directive, type Statement } from './model.ts';

/** What NGINX is to load. */
export interface ServerConfig {
  readonly statements: readonly Statement[];
  /** What NGINX tells at `fingerprintPath` once it has loaded them. */
  readonly fingerprint: Fingerprint;
}

/** Whom the server block is for. */
export interface Purpose {
  /** Intermediate CAs between the client certificate of the gateway and the root. */
  readonly verifyDepth: number;
  /** Of the resource. */
  readonly uid: string;
}

/** The server block of guide B. Findings instead, each naming its field, where a value is outside the grammar. */
export function build(nginx: NginxSpec, { verifyDepth, uid }: Purpose): Parsed<ServerConfig> {
  const findings = findViolations(nginx);
  if (findings.length > 0) return { ok: false, findings };
  const fingerprint = fingerprintOf([serverBlock(nginx, verifyDepth)], uid);
  const statements = [serverBlock(nginx, verifyDepth, ...fingerprintBlocks(fingerprint))];
  return { ok: true, value: { statements, fingerprint } };
}

function serverBlock(nginx: NginxSpec, verifyDepth: number, ...own: readonly Block[]): Block {
  return block(
    'server',
    [],
    [
      directive('listen', String(nginx.listen), 'ssl'),
      directive('server_name', nginx.serverName),
      ...serverTls(nginx.tlsDirectory),
      ...clientVerification(nginx.tlsDirectory, verifyDepth),
      directive('default_type', 'text/plain'),
      ...resolving(nginx.resolvers),
      ...own,
      ...locationBlocks(nginx),
    ],
  );
}

/** NGINX 1.22 leaves TLS 1.3 off unless it is named. */
function serverTls(directory: string): readonly Directive[] {
  return [
    directive('ssl_certificate', `${directory}/tls.crt`),
    directive('ssl_certificate_key', `${directory}/tls.key`),
    directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3'),
    // A resumed session skips the check of the client certificate: it would outlive the trust in its CA, and in
    // TLS 1.3 pass from one server block to another (CVE-2025-23419).
    directive('ssl_session_tickets', 'off'),
    directive('ssl_session_cache', 'off'),
  ];
}

function clientVerification(directory: string, verifyDepth: number): readonly Directive[] {
  return [
    directive('ssl_client_certificate', `${directory}/ca.crt`),
    directive('ssl_verify_client', 'on'),
    // A CA of ours signs leaves itself; an OpenSSL older than 1.1 counts the CA, so 0 would refuse everybody there.
    directive('ssl_verify_depth', String(Math.max(1, verifyDepth))),
  ];
}

/** Sorted, since a prefix match does not depend on the order. What nobody named is 404, not a file of NGINX's html. */
function locationBlocks({ locations, resolvers }: NginxSpec): readonly Block[] {
  const nothing: Location = { path: '/', return: { status: 404, body: 'not found' } };
  const all = locations.some(({ path }) => path === '/') ? locations : [...locations, nothing];
  return all
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .map((location) => block('location', [location.path], answer(location, resolvers !== undefined)));
}

function answer({ return: fixed, proxy }: Location, isResolvedLate: boolean): readonly Directive[] {
  return [
    ...(fixed === undefined ? [] : [directive('return', String(fixed.status), fixed.body)]),
    ...(proxy === undefined ? [] : [...target(proxy, isResolvedLate), ...forwarding]),
  ];
}

/** A host that NGINX does not know fails `nginx -t`, and so every reload; one in a variable is looked up with a request. */
function target({ host, port }: NonNullable<Location['proxy']>, isResolvedLate: boolean): readonly Directive[] {
  const url = `http://${host}:${port}`;
  if (!isResolvedLate) return [directive('proxy_pass', url)];
  const variable = { variable: 'mtls_operator_upstream' } as const;
  return [directive('set', variable, url), directive('proxy_pass', variable)];
}

/** X-Forwarded-Proto, -Host and -Port stay as the gateway set them: it alone gets in here, and it saw the client. */
const forwarding: readonly Directive[] = [
  directive('proxy_http_version', '1.1'),
  directive('proxy_set_header', 'Connection', ''),
  directive('proxy_set_header', 'Host', { variable: 'host' }),
  directive('proxy_set_header', 'X-Forwarded-For', { variable: 'proxy_add_x_forwarded_for' }),
];

function resolving(resolvers: readonly string[] = []): readonly Directive[] {
  const inBrackets = (address: string) => (address.includes(':') ? `[${address}]` : address);
  return resolvers.length === 0 ? [] : [directive('resolver', ...resolvers.map(inBrackets))];
}
