/**
 * Both guides in pods, once for all suites of this mocha process: the operator as users install it, the stand-in of the
 * gateway at the node's address, guide A's application, and two NGINX with the agent: of Debian, and a current one.
 */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { gatewayExample, upstreamExample } from '../../../deploy/local/demo/examples.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { publishIpRoute, type StandIn } from '../../../deploy/local/parts/stand-in.ts';
import type { Status } from '../../../src/api/status.ts';
import { eventually } from '../eventually.ts';
import { buildCurrentNginx, buildDebianNginx, buildOperatorImage } from './images.ts';
import { prepareRelease, type Release, startStandInOn } from './installation.ts';
import { exampleNginx, ipBackend } from './nginx-pods.ts';
import { type UsedNode, useNode } from './node.ts';

/** One MtlsUpstream with its NGINX. */
export interface Upstream {
  readonly name: string;
  readonly path: string;
  /** Of NGINX, and of its pods. */
  readonly version: RegExp;
  readonly deployment: string;
  readonly label: string;
}

/** Guide B's own, with the pods of deploy/examples/nginx-agent; and one whose pods the operator makes. */
export const upstreams = {
  debian: {
    name: 'mtls-nginx',
    path: '/hello',
    version: /nginx\/1\.22\./,
    deployment: 'mtls-nginx',
    label: 'app=mtls-nginx',
  },
  current: {
    name: 'mtls-current',
    path: '/hello-current',
    version: /nginx\/1\.31\./,
    deployment: 'mtls-current-nginx',
    label: 'app.kubernetes.io/instance=mtls-current',
  },
} as const satisfies Record<string, Upstream>;

/** Of Services: no DNS runs on the node. */
const addressOf = { debian: '10.0.0.50', ip: '10.0.0.60' } as const;

export interface Cast {
  readonly node: UsedNode;
  readonly namespace: string;
  readonly standIn: StandIn;
  readonly release: Release;
  /** Whose resources may use the gateway, too. */
  readonly other: string;
  /** kubectl in the namespace. */
  here(args: readonly string[], input?: string): Promise<string>;
  untilReady(kind: string, name: string): Promise<void>;
  /** Where NGINX is reached at port 8443. */
  address({ name }: Upstream): string;
}

let started: Promise<Cast> | undefined;

/** To be called inside of `describe`. */
export function useCast(): { readonly cast: Cast } {
  const used = useNode();
  let cast: Cast | undefined;
  before('install the operator', async function () {
    this.timeout(20 * 60_000);
    started ??= start(used.node);
    cast = await started;
  });
  return {
    get cast() {
      if (cast === undefined) throw new Error('both guides are there only from the before hooks of the suite on');
      return cast;
    },
  };
}

async function start(node: UsedNode): Promise<Cast> {
  const progress = printProgress(process.stderr);
  const image = await buildOperatorImage(progress);
  const nginx = { debian: await buildDebianNginx(progress), current: await buildCurrentNginx(progress) };
  progress.done();
  const namespace = await node.namespace();
  const here: Cast['here'] = (args, input) => node.kubectl(['-n', namespace, ...args], input);
  const standIn = await startStandInOn(node);
  for (const one of [image, nginx.debian, nginx.current]) await node.load(one);
  const other = await node.namespace();
  const namespaces = [namespace, other];
  const release = await prepareRelease(node, standIn, { image, nginx: nginx.current, namespaces });
  await release.install();
  await publishIpRoute(standIn, 'test.com', 8080, addressOf.ip);
  const { debian, current } = upstreams;
  await apply(here, [
    ...ipBackend(nginx.debian, addressOf.ip),
    ...exampleNginx({ nginx: nginx.debian, agent: image, address: addressOf.debian }),
    parse(gatewayExample()),
    resourceOf(debian, addressOf.debian, { unknownNames: 'Serve' }),
  ]);
  const managed = await applyManaged(here, current);
  const address = ({ name }: Upstream) => (name === debian.name ? addressOf.debian : managed);
  return { node, namespace, other, standIn, release, here, untilReady: untilReadyIn(here), address };
}

const apply = (here: Cast['here'], items: readonly object[]) =>
  here(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

/** Its Service gets an address that nobody knows before; gives that. */
async function applyManaged(here: Cast['here'], upstream: Upstream): Promise<string> {
  const deployment = { deployment: { replicas: 2 } };
  await apply(here, [resourceOf(upstream, addressOf.debian, deployment)]);
  const address = await eventually(() =>
    here(['get', 'service', upstream.deployment, '-o', 'jsonpath={.spec.clusterIP}']),
  );
  await apply(here, [resourceOf(upstream, address, deployment)]);
  return address;
}

/** Guide B's example, for an NGINX that is behind a Service. Guide B asks it by its address, without a name. */
function resourceOf({ name, path }: Upstream, address: string, nginx: object): object {
  const example = parse(upstreamExample(8443, address));
  example.metadata.name = name;
  example.spec.nginx.locations[0].path = path;
  Object.assign(example.spec.nginx, nginx);
  const { service } = example.spec;
  service.name = name;
  // As gateways need it for an NGINX that reloads.
  service.upstream.retries = 2;
  Object.assign(service.routes[0], { name, paths: [path] });
  return example;
}

const untilReadyIn = (here: Cast['here']) => (kind: string, name: string) =>
  eventually(
    async () => {
      const { status } = JSON.parse(await here(['get', kind, name, '-o', 'json'])) as { readonly status?: Status };
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      assert.equal(ready?.status, 'True', JSON.stringify(status?.conditions));
    },
    Temporal.Duration.from({ seconds: 90 }),
  );
