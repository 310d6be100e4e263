/** What a gateway group tells its data plane. */
import { abortsOf } from '../admin/global-rules.ts';
import { abortsIn } from '../admin/plugins.ts';
import type { Backend, DataPlaneState, Pair, Rule, ServedName } from '../data-plane/state.ts';
import type { Route, Service, Sni, Upstream } from './bodies.ts';
import type { Group } from './group.ts';
import { namesOf, pairsOf } from './ssls.ts';

function nameOfSni({ domain, certificates: shown, mtls }: Sni, { certificates, caCertificates }: Group): ServedName {
  const trusted = mtls?.enabled ? mtls.ca_certificates : [];
  const ca = trusted.flatMap((id) => caCertificates.get(id)?.body.cert ?? []).join('\n');
  return {
    name: domain.toLowerCase(),
    pairs: shown.flatMap((id) => certificates.get(id)?.body ?? []),
    clientTrust: ca === '' ? undefined : { ca, depth: 1, exemptPaths: [] },
    protocols: [],
  };
}

function namesOfSsls({ ssls }: Group): readonly ServedName[] {
  return [...ssls.values()]
    .filter(({ body }) => body.status === 1)
    .flatMap(({ body }) =>
      namesOf(body).map((name) => ({
        name: name.toLowerCase(),
        pairs: pairsOf(body),
        clientTrust: body.client === undefined ? undefined : { ...body.client, exemptPaths: [] },
        protocols: [],
      })),
    );
}

/** By reference (`certificates` since 3.6, `ssls` before), or inline. */
function clientOf({ client_certificate, tls = {} }: Upstream, { certificates, ssls }: Group): Pair | 'none' {
  const { client_cert_id = '', client_cert: cert, client_key: key } = tls;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const ssl = ssls.get(client_cert_id)?.body;
  return (
    certificates.get(client_certificate ?? '')?.body ?? (ssl === undefined ? undefined : pairsOf(ssl)[0]) ?? 'none'
  );
}

function hostOf({ pass_host, upstream_host, nodes }: Upstream): string | undefined {
  if (pass_host === 'pass') return undefined;
  return pass_host === 'rewrite' ? upstream_host : nodes[0]?.host;
}

/** What the data plane does where nothing was said; answers do not show it. */
const usualTimeout = { connect: 60, send: 60, read: 60 };
const usualPool = { size: 320, idle_timeout: 60, requests: 1000 };

function backendOf(id: string, upstream: Upstream, group: Group): Backend {
  const { size, idle_timeout: idleTimeout, requests } = upstream.keepalive_pool ?? usualPool;
  const trusted = (upstream.ca_certificates ?? []).flatMap((ca) => group.caCertificates.get(ca)?.body.cert ?? []);
  return {
    id,
    scheme: upstream.scheme,
    nodes: upstream.nodes,
    retries: upstream.retries,
    retryTimeout: upstream.retry_timeout,
    timeout: upstream.timeout ?? usualTimeout,
    keepalive: { size, idleTimeout, requests },
    host: hostOf(upstream),
    client: clientOf(upstream, group),
    trusted: upstream.tls_verify === true ? trusted : undefined,
  };
}

function rulesOf(route: Route, service: Service): readonly Rule[] {
  const prefix = (service.path_prefix ?? '').replace(/\/+$/, '');
  const rest = {
    methods: route.methods ?? [],
    backend: route.service_id,
    priority: route.priority,
    strip: service.strip_path_prefix ? Buffer.byteLength(prefix) : 0,
    aborts: abortsIn(route.plugins),
  };
  return (service.hosts ?? ['']).flatMap((host) =>
    route.paths.map((path) => ({ ...rest, host: host.toLowerCase(), path: prefix + path })),
  );
}

/** What the data plane of this group shall do. */
export function dataPlaneOf(group: Group): DataPlaneState {
  const { snis, services, routes } = group;
  return {
    names: [...[...snis.values()].map(({ body }) => nameOfSni(body, group)), ...namesOfSsls(group)],
    backends: [...services.values()].map(({ id, body }) => backendOf(id, body.upstream, group)),
    aborts: abortsOf(group.globalRules),
    rules: [...routes.values()].flatMap(({ body: route }) => {
      const service = services.get(route.service_id)?.body;
      return service === undefined || service.status === 0 ? [] : rulesOf(route, service);
    }),
  };
}
