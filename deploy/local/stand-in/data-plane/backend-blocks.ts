/**
 * One backend as NGINX knows it: an upstream block with its nodes, and a named location with the TLS settings towards
 * them. Values were checked by the schemas; none of them can end a directive.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { backendName, digest } from './digest.ts';
import type { Backend, Node, Pair } from './state.ts';

/** A node whose name was resolved. */
export interface Endpoint extends Node {
  readonly address: string;
}

/** Directives, and the files that they name, by path. */
interface Settings {
  readonly lines: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

const none: Settings = { lines: [], files: new Map() };

export interface BackendView {
  readonly backend: Backend;
  readonly endpoints: readonly Endpoint[];
}

/** How many times one lone node is listed, so that `retries` tries it again, as APISIX does. */
const mostCopies = 16;

const triesOf = ({ retries, nodes }: Backend) => (retries === undefined ? Math.max(nodes.length, 1) : retries + 1);

function serverLines({ backend, endpoints }: BackendView): readonly string[] {
  const first = Math.max(...endpoints.map(({ priority }) => priority));
  const lines = endpoints.map(
    ({ address, port, weight, priority }) =>
      `server ${address}:${port} weight=${weight} max_fails=0${priority < first ? ' backup' : ''};`,
  );
  const [only] = lines;
  return lines.length === 1 && only !== undefined ? Array(Math.min(triesOf(backend), mostCopies)).fill(only) : lines;
}

function upstreamBlock(view: BackendView): readonly string[] {
  const { size, idleTimeout, requests } = view.backend.keepalive;
  return [
    `upstream ${backendName(view.backend.id)} {`,
    ...serverLines(view),
    `keepalive ${size};`,
    `keepalive_timeout ${milliseconds(idleTimeout)};`,
    `keepalive_requests ${requests};`,
    '}',
  ];
}

const milliseconds = (seconds: number) => `${Math.ceil(seconds * 1000)}ms`;

function keyFits({ cert, key }: Pair): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

/** TLS towards one backend, with what was pushed for it as files. */
function tlsSettings({ host, client, trusted }: Backend, material: string): Settings {
  const files = new Map<string, string>();
  const file = (text: string) => {
    const path = `${material}/${digest(text)}.pem`;
    files.set(path, text);
    return `"${path}"`;
  };
  // SNI and verification use the Host without its port; NGINX sends no address as SNI.
  const lines = [`proxy_ssl_name ${host ?? '$host'};`];
  // With a key that does not fit, a real gateway connects without a certificate; NGINX would not even start.
  if (typeof client === 'object' && keyFits(client)) {
    lines.push(`proxy_ssl_certificate ${file(client.cert)};`, `proxy_ssl_certificate_key ${file(client.key)};`);
  }
  if (trusted !== undefined) {
    // Without any CA the placeholder stands in: nobody has a certificate of it.
    const trust = trusted.length === 0 ? 'placeholder.crt' : file(`${trusted.join('\n')}\n`);
    lines.push('proxy_ssl_verify on;', `proxy_ssl_trusted_certificate ${trust};`);
  }
  return { lines, files };
}

function proxySettings(backend: Backend): readonly string[] {
  const { connect, send, read } = backend.timeout;
  return [
    `proxy_pass ${backend.scheme}://${backendName(backend.id)};`,
    `proxy_set_header Host ${backend.host ?? '$http_host'};`,
    'proxy_set_header Connection "";',
    `proxy_connect_timeout ${milliseconds(connect)};`,
    `proxy_send_timeout ${milliseconds(send)};`,
    `proxy_read_timeout ${milliseconds(read)};`,
    `proxy_next_upstream_tries ${triesOf(backend)};`,
    ...(backend.retryTimeout === undefined
      ? []
      : [`proxy_next_upstream_timeout ${milliseconds(backend.retryTimeout)};`]),
  ];
}

const location = (id: string, lines: readonly string[]) => [`location @${backendName(id)} {`, ...lines, '}'];

function unavailable({ id }: Backend, status: number) {
  return { upstream: [], location: location(id, [`return ${status};`]), files: none.files };
}

/** The upstream block (for `http`), the location (for `server`) and the files of one backend. */
export function renderBackend(view: BackendView, material: string) {
  const { backend, endpoints } = view;
  if (backend.client === 'lost') return unavailable(backend, 502);
  if (endpoints.length === 0) return unavailable(backend, 503);
  const tls = backend.scheme === 'https' ? tlsSettings(backend, material) : none;
  return {
    upstream: upstreamBlock(view),
    location: location(backend.id, [...proxySettings(backend), ...tls.lines]),
    files: tls.files,
  };
}
