/**
 * nginx.conf of the data plane. What belongs to TLS towards clients and to routing is not in here: Lua reads it from
 * the shared dictionary, so that only a change of a service or of what its upstream uses needs a reload.
 */
import { type BackendView, renderBackend } from './backend-blocks.ts';
import { backendName, digest } from './digest.ts';
import { findEndpoints } from './endpoints.ts';
import type { Layout } from './layout.ts';
import type { DataPlaneState } from './state.ts';

export interface Front {
  /** Where it listens. */
  readonly address: string;
  readonly httpsPort: number;
  readonly httpPort: number;
  /** How the gateway calls itself in `Server`. */
  readonly server: string;
}

export interface Configuration {
  readonly text: string;
  /** The files that the text names, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Hash of what can change; a worker tells which one it has. */
  readonly generation: string;
}

/** Debian's path of dynamic modules. */
const modules = '/usr/lib/nginx/modules';

/** A master that runs as root would switch its workers to a user that cannot reach the directory. */
const userLines = process.getuid?.() === 0 ? ['user root;'] : [];

const mainLines = (layout: Layout) => [
  ...userLines,
  'daemon off;',
  'worker_processes 2;',
  'worker_shutdown_timeout 10s;',
  `pid "${layout.pid}";`,
  `error_log "${layout.log}" notice;`,
  `load_module ${modules}/ndk_http_module.so;`,
  `load_module ${modules}/ngx_http_lua_module.so;`,
  'events { worker_connections 4096; }',
];

const tempLines = ({ temp }: Layout) =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path "${temp}/${what}";`);

/** The session settings are APISIX's own: a resumed session passes after a change of the CA, for up to 10 minutes. */
const tlsLines = [
  'ssl_protocols TLSv1.2 TLSv1.3;',
  'ssl_session_cache shared:SSL:20m;',
  'ssl_session_timeout 10m;',
  'ssl_session_tickets off;',
  // Never shown: Lua puts the certificate of the SNI in its place or ends the handshake.
  'ssl_certificate placeholder.crt;',
  'ssl_certificate_key placeholder.key;',
];

const proxyLines = [
  'proxy_http_version 1.1;',
  'proxy_ssl_server_name on;',
  'proxy_ssl_session_reuse off;',
  'proxy_ssl_protocols TLSv1.2 TLSv1.3;',
];

const gatewayServer = ({ lua }: Layout, { address, httpsPort, httpPort }: Front, locations: readonly string[]) => [
  'server {',
  `listen ${address}:${httpsPort} ssl http2;`,
  `listen ${address}:${httpPort};`,
  `ssl_client_hello_by_lua_file "${lua}/hello.lua";`,
  `ssl_certificate_by_lua_file "${lua}/handshake.lua";`,
  `location / { access_by_lua_file "${lua}/request.lua"; }`,
  ...locations,
  '}',
];

/** `/generation` tells which configuration a worker has. */
const insideServer = ({ socket, lua }: Layout, generation: string) => [
  'server {',
  `listen "unix:${socket}";`,
  'client_max_body_size 16m;',
  'client_body_buffer_size 16m;',
  `location = /generation { return 200 ${generation}; }`,
  `location /told/ { content_by_lua_file "${lua}/told.lua"; }`,
  '}',
];

/** The locations that a worker has, for request.lua; a file, since NGINX takes no block of Lua beyond 4 KiB. */
const knownBackends = (names: readonly string[]) =>
  `stand_in_backends = {\n${names.map((name) => `${name} = true,\n`).join('')}}\n`;

const httpLines = (layout: Layout, { server }: Front, knownFile: string) => [
  `lua_package_path "${layout.lua}/?.lua;;";`,
  'lua_shared_dict gateway 64m;',
  `init_by_lua_file "${knownFile}";`,
  `header_filter_by_lua_block { ngx.header["Server"] = "${server}" }`,
  'access_log off;',
  'server_tokens off;',
  'client_max_body_size 0;',
  ...tempLines(layout),
  ...tlsLines,
  ...proxyLines,
];

function viewsOf(backends: DataPlaneState['backends']): Promise<readonly BackendView[]> {
  return Promise.all(backends.map(async (backend) => ({ backend, endpoints: await findEndpoints(backend.nodes) })));
}

/** The configuration that plays the state. */
export async function renderConfig(state: DataPlaneState, layout: Layout, front: Front): Promise<Configuration> {
  const views = await viewsOf(state.backends);
  const parts = views.map((view) => renderBackend(view, layout.material));
  const known = knownBackends(views.map(({ backend }) => backendName(backend.id)));
  const knownFile = `${layout.material}/${digest(known)}.lua`;
  const body = [
    ...httpLines(layout, front, knownFile),
    ...parts.flatMap(({ upstream }) => upstream),
    ...gatewayServer(
      layout,
      front,
      parts.flatMap(({ location }) => location),
    ),
  ];
  const generation = digest(body.join('\n'));
  const text = [...mainLines(layout), 'http {', ...body, ...insideServer(layout, generation), '}', ''].join('\n');
  return { text, generation, files: new Map([[knownFile, known], ...parts.flatMap(({ files }) => [...files])]) };
}
