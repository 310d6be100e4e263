import { rejectWithoutCertificate } from './fingerprint.ts';
import type { Location, NginxSpec } from './grammar.ts';
import { type Block, block, type Directive, directive, type Statement, type Variable } from './model.ts';

/** Whose names of Services are meant. */
export interface Around {
  readonly namespace: string;
}

/** Sorted, since a prefix match does not depend on the order. What nobody named is 404, not a file of NGINX's html. */
export function locationBlocks({ locations, resolvers }: NginxSpec, around: Around): readonly Block[] {
  const nothing: Location = { path: '/', requireClientCertificate: false, return: { status: 404, body: 'not found' } };
  const all = locations.some(({ path }) => path === '/') ? locations : [...locations, nothing];
  return all
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .map((location) => block('location', [location.path], answer(location, resolvers !== undefined, around)));
}

function answer(location: Location, isResolvedLate: boolean, around: Around): readonly Statement[] {
  const { return: fixed, proxy, root } = location;
  return [
    ...(location.requireClientCertificate ? [rejectWithoutCertificate] : []),
    ...(fixed?.contentType === undefined ? [] : [directive('default_type', fixed.contentType)]),
    ...(fixed === undefined ? [] : [directive('return', String(fixed.status), fixed.body)]),
    ...(proxy === undefined ? [] : forwarding(proxy, isResolvedLate, around)),
    ...(root === undefined
      ? []
      : [directive('root', root), directive('default_type', 'application/octet-stream'), types]),
  ];
}

type Proxy = NonNullable<Location['proxy']>;

/** X-Forwarded-Proto, -Host and -Port stay as the gateway set them: it alone gets in here, and it saw the client. */
function forwarding(proxy: Proxy, isResolvedLate: boolean, around: Around): readonly Directive[] {
  return [
    ...target(proxy, isResolvedLate, around),
    directive('proxy_http_version', '1.1'),
    directive('proxy_set_header', 'Connection', ''),
    directive('proxy_set_header', 'Host', { variable: 'host' }),
    directive('proxy_set_header', 'X-Forwarded-For', { variable: 'proxy_add_x_forwarded_for' }),
    ...(proxy.identityHeaders ? identity : []),
    ...timeouts(proxy),
  ];
}

/** A host that NGINX does not know fails `nginx -t`, and so every reload; one in a variable is looked up with a request. */
function target(proxy: Proxy, isResolvedLate: boolean, around: Around): readonly Directive[] {
  const url = `http://${hostOf(proxy, isResolvedLate, around)}:${proxy.port}`;
  if (!isResolvedLate) return [directive('proxy_pass', url)];
  const variable = { variable: 'mtls_operator_upstream' } as const;
  return [directive('set', variable, url), directive('proxy_pass', variable)];
}

/** While it loads, NGINX asks the system, which knows the domain of the cluster; its own resolver needs the whole name. */
function hostOf({ host, serviceRef }: Proxy, isResolvedLate: boolean, { namespace }: Around): string {
  if (serviceRef === undefined) return host ?? '';
  return `${serviceRef.name}.${namespace}.svc${isResolvedLate ? '.cluster.local' : ''}`;
}

const told: Readonly<Record<string, Variable['variable']>> = {
  'X-SSL-Client-Verify': 'ssl_client_verify',
  'X-SSL-Client-Subject': 'ssl_client_s_dn',
  'X-SSL-Client-Issuer': 'ssl_client_i_dn',
  'X-SSL-Client-Serial': 'ssl_client_serial',
  'X-SSL-Client-Fingerprint': 'ssl_client_fingerprint',
  'X-SSL-Client-Cert': 'ssl_client_escaped_cert',
};

/** Set in any case: without a certificate they are empty, and NGINX sends none in place of what a client made up. */
const identity = Object.entries(told).map(([header, variable]) => directive('proxy_set_header', header, { variable }));

function timeouts({ timeouts: { connectSeconds, readSeconds, sendSeconds } = {} }: Proxy): readonly Directive[] {
  return [
    ...(connectSeconds === undefined ? [] : [directive('proxy_connect_timeout', `${connectSeconds}s`)]),
    ...(readSeconds === undefined ? [] : [directive('proxy_read_timeout', `${readSeconds}s`)]),
    ...(sendSeconds === undefined ? [] : [directive('proxy_send_timeout', `${sendSeconds}s`)]),
  ];
}

/** What browsers need to know; in place of a file of the machine's, which may not be there. */
const types = block(
  'types',
  [],
  [
    directive('text/html', 'html', 'htm'),
    directive('text/css', 'css'),
    directive('text/plain', 'txt'),
    directive('text/javascript', 'js', 'mjs'),
    directive('application/json', 'json'),
    directive('application/pdf', 'pdf'),
    directive('application/wasm', 'wasm'),
    directive('application/xml', 'xml'),
    directive('font/woff2', 'woff2'),
    directive('image/gif', 'gif'),
    directive('image/jpeg', 'jpg', 'jpeg'),
    directive('image/png', 'png'),
    directive('image/svg+xml', 'svg'),
    directive('image/webp', 'webp'),
    directive('image/x-icon', 'ico'),
  ],
);
