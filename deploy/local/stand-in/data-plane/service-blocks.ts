/**
 * One service as NGINX knows it: an upstream block with its nodes, and a named location with the TLS settings towards
 * them. Values were checked by the schemas; none of them can end a directive.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Certificate } from '../schemas/certificate.ts';
import type { Node, Upstream } from '../schemas/upstream.ts';
import type { Group } from '../store.ts';
import { digest, serviceName } from './digest.ts';

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

export interface ServiceView {
  readonly id: string;
  readonly upstream: Upstream;
  readonly endpoints: readonly Endpoint[];
}

/** How many times one lone node is listed, so that `retries` tries it again, as APISIX does. */
const mostCopies = 16;

const triesOf = ({ retries, nodes }: Upstream) => (retries === undefined ? Math.max(nodes.length, 1) : retries + 1);

function serverLines({ upstream, endpoints }: ServiceView): readonly string[] {
  const first = Math.max(...endpoints.map(({ priority }) => priority));
  const lines = endpoints.map(
    ({ address, port, weight, priority }) =>
      `server ${address}:${port} weight=${weight} max_fails=0${priority < first ? ' backup' : ''};`,
  );
  const [only] = lines;
  return lines.length === 1 && only !== undefined ? Array(Math.min(triesOf(upstream), mostCopies)).fill(only) : lines;
}

function upstreamBlock(view: ServiceView): readonly string[] {
  const { size, idle_timeout, requests } = view.upstream.keepalive_pool;
  return [
    `upstream ${serviceName(view.id)} {`,
    ...serverLines(view),
    `keepalive ${size};`,
    `keepalive_timeout ${idle_timeout}s;`,
    `keepalive_requests ${requests};`,
    '}',
  ];
}

/** Host header, and the name that SNI and verification use: the same without its port. */
function hostsTowards({ pass_host, upstream_host, nodes }: Upstream): {
  readonly header: string;
  readonly name: string;
} {
  if (pass_host === 'pass') return { header: '$http_host', name: '$host' };
  const fixed = (pass_host === 'rewrite' ? upstream_host : nodes[0]?.host) ?? '';
  return { header: fixed, name: fixed };
}

function keyFits({ cert, key }: Certificate): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

/** TLS towards one service, with what was pushed for it as files. */
function tlsSettings(upstream: Upstream, group: Group, material: string): Settings {
  const files = new Map<string, string>();
  const file = (text: string) => {
    const path = `${material}/${digest(text)}.pem`;
    files.set(path, text);
    return `"${path}"`;
  };
  const client =
    upstream.client_certificate === undefined ? undefined : group.certificates.get(upstream.client_certificate)?.body;
  const trusted = (upstream.ca_certificates ?? []).flatMap((id) => group.caCertificates.get(id)?.body.cert ?? []);
  const lines = [`proxy_ssl_name ${hostsTowards(upstream).name};`];
  // With a key that does not fit, a real gateway connects without a certificate; NGINX would not even start.
  if (client !== undefined && keyFits(client)) {
    lines.push(`proxy_ssl_certificate ${file(client.cert)};`, `proxy_ssl_certificate_key ${file(client.key)};`);
  }
  if (upstream.tls_verify === true) {
    // Without any CA the placeholder stands in: nobody has a certificate of it.
    const trust = trusted.length === 0 ? 'placeholder.crt' : file(`${trusted.join('\n')}\n`);
    lines.push('proxy_ssl_verify on;', `proxy_ssl_trusted_certificate ${trust};`);
  }
  return { lines, files };
}

function proxySettings({ id, upstream }: ServiceView): readonly string[] {
  const { connect, send, read } = upstream.timeout;
  return [
    `proxy_pass ${upstream.scheme}://${serviceName(id)};`,
    `proxy_set_header Host ${hostsTowards(upstream).header};`,
    'proxy_set_header Connection "";',
    `proxy_connect_timeout ${connect}s;`,
    `proxy_send_timeout ${send}s;`,
    `proxy_read_timeout ${read}s;`,
    `proxy_next_upstream_tries ${triesOf(upstream)};`,
    ...(upstream.retry_timeout === undefined
      ? []
      : [`proxy_next_upstream_timeout ${Math.ceil(upstream.retry_timeout * 1000)}ms;`]),
  ];
}

const location = (id: string, lines: readonly string[]) => [`location @${serviceName(id)} {`, ...lines, '}'];

/** The upstream block (for `http`), the location (for `server`) and the files of one service. */
export function renderService(view: ServiceView, group: Group, material: string) {
  const { id, upstream, endpoints } = view;
  if (endpoints.length === 0) return { upstream: [], location: location(id, ['return 503;']), files: none.files };
  const tls = upstream.scheme === 'https' ? tlsSettings(upstream, group, material) : none;
  return {
    upstream: upstreamBlock(view),
    location: location(id, [...proxySettings(view), ...tls.lines]),
    files: tls.files,
  };
}
