/** What kind of gateway it is, and how each kind writes down what the rows wish for. */
import type { Pair } from '../real/stand-in/authority.ts';

/**
 * `references`: API7 Enterprise from 3.6 on, where SNIs and upstreams refer to certificates. `ssls`: API7 Enterprise
 * before. `apisix`: Apache APISIX with etcd.
 */
export type Dialect = 'references' | 'ssls' | 'apisix';

export interface Gateway {
  readonly dialect: Dialect;
  /** Whether it can verify an https upstream with CAs of that upstream. */
  readonly verifiesUpstreams: boolean;
}

interface ClientTrust {
  /** PEM. */
  readonly ca: string;
  readonly depth?: number;
  readonly exemptPaths?: readonly string[];
}

/** What a row needs at the gateway, in words that belong to no product. */
export type Wish =
  | {
      readonly kind: 'server';
      readonly id: string;
      readonly hosts: readonly string[];
      readonly pair: Pair;
      readonly clients?: ClientTrust;
    }
  | { readonly kind: 'client'; readonly id: string; readonly pair: Pair }
  | {
      readonly kind: 'service';
      readonly id: string;
      readonly host: string;
      readonly node: { readonly host: string; readonly port: number };
      /** Without it the upstream is asked without TLS. */
      readonly tls?: {
        readonly serverName: string;
        /** Id of a wish of kind client. */
        readonly client?: string;
        /** PEM of the CA that verifies the upstream, where the gateway can. */
        readonly ca?: string;
      };
      /** Of its route. */
      readonly plugins?: object;
    };

export interface GatewayObject {
  readonly kind: string;
  readonly id: string;
  readonly body: object;
}

type ServerWish = Extract<Wish, { kind: 'server' }>;
type ClientWish = Extract<Wish, { kind: 'client' }>;
type ServiceWish = Extract<Wish, { kind: 'service' }>;

interface Writer {
  readonly server: (wish: ServerWish) => readonly GatewayObject[];
  readonly client: (wish: ClientWish) => readonly GatewayObject[];
  readonly service: (wish: ServiceWish) => readonly GatewayObject[];
}

const references: Writer = {
  server: ({ id, hosts, pair, clients }) => {
    const trusted = clients === undefined ? [] : [`${id}-ca`];
    const mtls = { enabled: clients !== undefined, ca_certificates: trusted };
    return [
      { kind: 'certificates', id, body: { name: id, ...pair } },
      ...trusted.map((ca) => ({ kind: 'ca_certificates', id: ca, body: { name: ca, cert: clients?.ca } })),
      ...hosts.map((domain, at) => ({
        kind: 'snis',
        id: `${id}-${at}`,
        body: { name: domain, domain, certificates: [id], mtls },
      })),
    ];
  },
  client: ({ id, pair }) => [{ kind: 'certificates', id, body: { name: id, ...pair } }],
  service: ({ id, host, node, tls, plugins }) => {
    const ca =
      tls?.ca === undefined ? [] : [{ kind: 'ca_certificates', id: `${id}-ca`, body: { name: id, cert: tls.ca } }];
    const refersTo = {
      ...(tls?.client === undefined ? {} : { client_certificate: tls.client }),
      ...(tls?.ca === undefined ? {} : { ca_certificates: [`${id}-ca`], tls_verify: true }),
    };
    return [...ca, ...ofApi7(id, host, { ...upstreamOf(node, tls), ...refersTo }, plugins)];
  },
};

const ssls: Writer = {
  server: ({ id, hosts, pair, clients }) => [
    {
      kind: 'ssls',
      id,
      body: { name: id, ...pair, snis: hosts, ...(clients === undefined ? {} : { client: clients }) },
    },
  ],
  client: ({ id, pair }) => [{ kind: 'ssls', id, body: { name: id, type: 'client', ...pair } }],
  service: ({ id, host, node, tls, plugins }) => {
    const refersTo = tls?.client === undefined ? {} : { tls: { client_cert_id: tls.client } };
    return ofApi7(id, host, { ...upstreamOf(node, tls), ...refersTo }, plugins);
  },
};

const apisix: Writer = {
  server: ({ id, hosts, pair, clients }) => {
    const { ca = '', depth = 1, exemptPaths } = clients ?? {};
    const exempt = exemptPaths === undefined ? {} : { skip_mtls_uri_regex: exemptPaths };
    const client = clients === undefined ? {} : { client: { ca, depth, ...exempt } };
    return [{ kind: 'ssls', id, body: { ...pair, snis: hosts, ...client } }];
  },
  client: ({ id, pair }) => [{ kind: 'ssls', id, body: { type: 'client', ...pair } }],
  service: ({ id, host, node, tls, plugins }) => {
    const refersTo = {
      ...(tls?.client === undefined ? {} : { client_cert_id: tls.client }),
      ...(tls?.ca === undefined ? {} : { verify: true, ca_certs: [tls.ca] }),
    };
    const upstream = { ...upstreamOf(node, tls), ...(tls === undefined ? {} : { tls: refersTo }) };
    return [
      { kind: 'upstreams', id, body: upstream },
      { kind: 'services', id, body: { hosts: [host], upstream_id: id } },
      { kind: 'routes', id, body: { uri: '/*', service_id: id, ...(plugins && { plugins }) } },
    ];
  },
};

function upstreamOf({ host, port }: ServiceWish['node'], tls: ServiceWish['tls']) {
  const nodes = [{ host, port, weight: 100 }];
  if (tls === undefined) return { scheme: 'http', nodes };
  return { scheme: 'https', nodes, pass_host: 'rewrite', upstream_host: tls.serverName };
}

const ofApi7 = (id: string, host: string, upstream: object, plugins?: object) => [
  { kind: 'services', id, body: { name: id, type: 'http', hosts: [host], upstream } },
  { kind: 'routes', id, body: { name: id, service_id: id, paths: ['/*'], ...(plugins && { plugins }) } },
];

const writers: Readonly<Record<Dialect, Writer>> = { references, ssls, apisix };

/** The objects that make the wish true, in the order in which they can be written. */
export function objectsFor({ dialect }: Gateway, wish: Wish): readonly GatewayObject[] {
  const writer = writers[dialect];
  if (wish.kind === 'server') return writer.server(wish);
  return wish.kind === 'client' ? writer.client(wish) : writer.service(wish);
}

/** In this order nothing is removed that something else still uses. */
export const removalOrder = ['routes', 'services', 'upstreams', 'snis', 'ssls', 'certificates', 'ca_certificates'];
