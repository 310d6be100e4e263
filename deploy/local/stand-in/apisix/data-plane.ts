/** What the objects of one APISIX tell its data plane. */
import { abortsOf } from '../admin/global-rules.ts';
import { abortsIn } from '../admin/plugins.ts';
import type { Backend, DataPlaneState, Pair, Rule, ServedName } from '../data-plane/state.ts';
import type { Route, Ssl, Upstream, UpstreamTls, WithUpstream } from './bodies.ts';
import { plain } from './keyring.ts';
import type { Version } from './kind.ts';
import { pairsOf } from './ssls.ts';
import type { Store } from './store.ts';
import { nodesOf } from './upstreams.ts';

/** `*` in the old field stands for every name, in the new one for names of one label. */
const namesOf = ({ sni, snis = [] }: Ssl) => (sni === undefined ? snis : [sni === '*' ? '**' : sni]);

function servedNames(ssl: Ssl): readonly ServedName[] {
  const { type = 'server', status = 1, client, ssl_protocols: protocols = [] } = ssl;
  if (type === 'client' || status === 0) return [];
  const rest = {
    pairs: pairsOf(ssl),
    clientTrust:
      client === undefined
        ? undefined
        : { ca: client.ca, depth: client.depth ?? 1, exemptPaths: client.skip_mtls_uri_regex ?? [] },
    protocols,
  };
  return namesOf(ssl).map((name) => ({ name: name.toLowerCase(), ...rest }));
}

/** The status of a client certificate means nothing; one that is gone, or is none any more, breaks every request. */
function clientOf(tls: UpstreamTls, { ssls }: Store): Backend['client'] {
  const { client_cert_id: id, client_cert: cert, client_key: key } = tls;
  if (cert !== undefined && key !== undefined) return { cert, key: plain(key) } satisfies Pair;
  if (id === undefined) return 'none';
  const ssl = ssls.get(String(id))?.body;
  const [pair = 'lost'] = ssl?.type === 'client' ? pairsOf(ssl) : [];
  return pair;
}

function hostOf(upstream: Upstream): string | undefined {
  const { pass_host = 'pass', upstream_host } = upstream;
  if (pass_host === 'pass') return undefined;
  return pass_host === 'rewrite' ? upstream_host : nodesOf(upstream)[0]?.host;
}

const standardPort = { http: 80, https: 443 } as const;
const standardTimeout = { connect: 60, send: 60, read: 60 };

function backendOf(id: string, upstream: Upstream, store: Store, { verifiesUpstreams }: Version): Backend {
  const { scheme = 'http', tls = {}, keepalive_pool: pool = {} } = upstream;
  return {
    id,
    scheme,
    nodes: nodesOf(upstream).map(({ host, port = standardPort[scheme], weight, priority = 0 }) => ({
      host,
      port,
      weight,
      priority,
    })),
    retries: upstream.retries,
    retryTimeout: upstream.retry_timeout,
    timeout: upstream.timeout ?? standardTimeout,
    keepalive: { size: pool.size ?? 320, idleTimeout: pool.idle_timeout ?? 60, requests: pool.requests ?? 1000 },
    host: hostOf(upstream),
    client: clientOf(tls, store),
    trusted: verifiesUpstreams && tls.verify === true ? (tls.ca_certs ?? []) : undefined,
  };
}

/** Stands for an upstream that is not there: each request is answered with 502. */
const lost = (id: string): Backend => ({
  id,
  scheme: 'http',
  nodes: [],
  retries: undefined,
  retryTimeout: undefined,
  timeout: standardTimeout,
  keepalive: { size: 1, idleTimeout: 60, requests: 1 },
  host: undefined,
  client: 'lost',
  trusted: undefined,
});

/** The nearest upstream: the one of the route before the one of its service. */
function upstreamOf({ upstream, upstream_id }: WithUpstream, { upstreams }: Store): Upstream | undefined {
  return upstream ?? upstreams.get(String(upstream_id))?.body;
}

function rulesOf(id: string, route: Route, { services }: Store): readonly Rule[] {
  const { uri, uris = uri === undefined ? [] : [uri], host, hosts = host === undefined ? undefined : [host] } = route;
  const service = services.get(String(route.service_id))?.body;
  const fixed = {
    methods: route.methods ?? [],
    backend: id,
    priority: route.priority ?? 0,
    strip: 0,
    aborts: abortsIn(route.plugins),
  };
  return (hosts ?? service?.hosts ?? ['']).flatMap((name) =>
    uris.map((path) => ({ ...fixed, host: name.toLowerCase(), path })),
  );
}

/** A route whose service is gone is no route. */
const isServed =
  ({ services }: Store) =>
  ({ body: { status = 1, service_id } }: { readonly body: Route }) =>
    status === 1 && (service_id === undefined || services.has(String(service_id)));

/** What the data plane shall do. Of two objects with one SNI the first that was written is served. */
export function dataPlaneOf(store: Store, version: Version): DataPlaneState {
  const routes = [...store.routes.values()].filter(isServed(store));
  return {
    names: [...store.ssls.values()].flatMap(({ body }) => servedNames(body)),
    backends: routes.map(({ id, body }) => {
      const service = store.services.get(String(body.service_id))?.body ?? {};
      const upstream = upstreamOf(body, store) ?? upstreamOf(service, store);
      return upstream === undefined ? lost(id) : backendOf(id, upstream, store, version);
    }),
    aborts: abortsOf(store.globalRules),
    rules: routes.flatMap(({ id, body }) => rulesOf(id, body, store)),
  };
}
