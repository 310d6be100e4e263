import type { GatewayState } from '../../src/model/gateway-state.ts';
import type { DesiredObject, JsonObject } from '../../src/model/remote-object.ts';

/**
 * Reads compiled objects back to the model, each flavour by its own field names and not by the code that wrote them.
 * Lists that mean sets are sorted, and keys of objects that refer to others are followed.
 */
export type Readable = JsonObject;

/** What of a state can be read back, in the same form. */
export function readable(state: GatewayState, verifiesUpstream: boolean): Readable {
  if (state.kind === 'client-facing') {
    const { hosts, server, clientTrust } = state;
    return {
      kind: state.kind,
      hosts: sorted(hosts),
      ...pairOf(server.chainPem, server.keyPem),
      trust: pems(clientTrust),
    };
  }
  const { client, serverTrust, serverName, service } = state;
  return {
    kind: state.kind,
    ...pairOf(client.chainPem, client.keyPem),
    ...(verifiesUpstream ? { trust: pems(serverTrust) } : {}),
    serverName,
    name: service.name,
    hosts: sorted(service.hosts),
    nodes: service.nodes.map(({ host, port, weight }) => ({ host, port, weight })),
    retries: service.retries,
    routes: service.routes
      .map(({ name, methods, paths }) => ({ name, methods: sorted(methods), paths: sorted(paths) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/** Every field of every flavour that is read; whichever is missing makes a test fail. */
interface Body {
  readonly cert: string;
  readonly key: string;
  readonly type: string;
  readonly domain: string;
  readonly certificates: readonly [string];
  readonly mtls: { readonly ca_certificates: readonly string[] };
  readonly snis: readonly string[];
  readonly client: { readonly ca: string };
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly methods: readonly string[];
  readonly paths: readonly string[];
  readonly uris: readonly string[];
  readonly upstream: Upstream;
}

interface Upstream {
  readonly upstream_host: string;
  readonly retries: number;
  readonly nodes: readonly { readonly host: string; readonly port: number; readonly weight: number }[];
  readonly client_certificate: string;
  readonly ca_certificates: readonly string[];
  readonly tls_verify?: boolean;
  readonly tls: Tls;
}

interface Tls {
  readonly client_cert_id: string;
  readonly verify?: boolean;
  readonly ca_certs?: readonly string[];
}

type Objects = readonly DesiredObject[];

export function fromReferences(objects: Objects): Readable {
  const certificates = (ids: readonly string[], kind: string) => ids.map((id) => bodyOf(objects, kind, id).cert);
  const snis = bodies(objects, 'snis');
  const [first] = snis;
  if (first !== undefined) {
    const pair = bodyOf(objects, 'certificates', first.certificates[0]);
    const trust = certificates(first.mtls.ca_certificates, 'ca_certificates');
    return {
      kind: 'client-facing',
      hosts: sorted(snis.map(({ domain }) => domain)),
      ...pairOf(pair.cert, pair.key),
      trust,
    };
  }
  const service = only(objects, 'services');
  const { upstream } = service;
  const pair = bodyOf(objects, 'certificates', upstream.client_certificate);
  const trust = upstream.tls_verify ? certificates(upstream.ca_certificates, 'ca_certificates') : [];
  return fromService(objects, service, pair, trust, service.hosts ?? [], 'paths');
}

export function fromSsls(objects: Objects): Readable {
  return fromSslObjects(
    objects,
    (service) => service.hosts ?? [],
    'paths',
    () => undefined,
  );
}

export function fromApisix(objects: Objects): Readable {
  const hosts = () => bodies(objects, 'routes')[0]?.hosts ?? [];
  return fromSslObjects(objects, hosts, 'uris', ({ verify, ca_certs }) => (verify ? ca_certs : undefined));
}

function fromSslObjects(
  objects: Objects,
  hostsOf: (service: Body) => readonly string[],
  pathsField: 'paths' | 'uris',
  trustOf: (tls: Tls) => readonly string[] | undefined,
): Readable {
  const server = bodies(objects, 'ssls').find(({ type }) => type === 'server');
  if (server !== undefined) {
    const trust = blocks(server.client.ca);
    return { kind: 'client-facing', hosts: sorted(server.snis), ...pairOf(server.cert, server.key), trust };
  }
  const service = only(objects, 'services');
  const { tls } = service.upstream;
  const pair = bodyOf(objects, 'ssls', tls.client_cert_id);
  return fromService(objects, service, pair, trustOf(tls), hostsOf(service), pathsField);
}

/** Without `trust`: nothing of it reaches the gateway, which is said in the condition. */
function fromService(
  objects: Objects,
  { name, upstream }: Body,
  pair: Body,
  trust: readonly string[] | undefined,
  hosts: readonly string[],
  pathsField: 'paths' | 'uris',
): Readable {
  const routes = bodies(objects, 'routes').map((route) => ({
    name: route.name,
    methods: sorted(route.methods),
    paths: sorted(route[pathsField]),
  }));
  return {
    kind: 'upstream',
    ...pairOf(pair.cert, pair.key),
    ...(trust === undefined ? {} : { trust }),
    serverName: upstream.upstream_host,
    name,
    hosts: sorted(hosts),
    nodes: upstream.nodes.map(({ host, port, weight }) => ({ host, port, weight })),
    retries: upstream.retries,
    routes,
  };
}

function bodies(objects: Objects, kind: string): readonly Body[] {
  return objects.filter((object) => object.kind === kind).map(parsed);
}

/** As it would be read from the wire. */
function parsed({ body }: DesiredObject): Body {
  return JSON.parse(JSON.stringify(body)) as Body;
}

function only(objects: Objects, kind: string): Body {
  const [body, ...others] = bodies(objects, kind);
  if (body === undefined || others.length > 0) throw new Error(`${others.length + 1} objects of ${kind}`);
  return body;
}

function bodyOf(objects: Objects, kind: string, id: string): Body {
  const found = objects.find((object) => object.kind === kind && object.id === id);
  if (found === undefined) throw new Error(`${kind}/${id} is referred to and was not made`);
  return parsed(found);
}

function blocks(pem: string): readonly string[] {
  return pem.match(/-----BEGIN [\s\S]*?-----END [A-Z ]+-----\n/g) ?? [];
}

const pairOf = (chainPem: string, keyPem: string) => ({ chainPem, keyPem });
const pems = (anchors: readonly { readonly pem: string }[]) => anchors.map(({ pem }) => pem);
const sorted = (texts: readonly string[]) => [...texts].sort();
