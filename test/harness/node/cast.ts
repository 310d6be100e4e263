/**
 * Both guides in pods, once for all suites of this mocha process: of Debian's NGINX as users write its pods, and of a
 * current one whose pods the operator makes.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type GuidesInPods, startGuides, upstreamInPods } from '../../../deploy/local/cluster/guides-in-pods.ts';
import { buildImages, type Images } from '../../../deploy/local/cluster/images.ts';
import { operatorNamespace } from '../../../deploy/local/cluster/release.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import type { Kubectl } from '../../../deploy/local/parts/kubectl.ts';
import type { Status } from '../../../src/api/status.ts';
import { eventually } from '../eventually.ts';
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

/** Other suites run beside these. */
const patient = Temporal.Duration.from({ minutes: 2 });

export interface Cast extends GuidesInPods {
  readonly node: UsedNode;
  readonly images: Images;
  readonly namespace: string;
  /** Whose resources may use the gateway, too. */
  readonly other: string;
  untilReady(kind: string, name: string): Promise<void>;
  /** Until the resource of guide A and both of NGINX are Ready. */
  allReady(): Promise<void>;
  /** kubectl in the namespace of the operator. */
  readonly inOperator: Kubectl;
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
  const images = await buildImages(progress);
  const [namespace, other] = [await node.namespace(), await node.namespace()];
  const directory = join(node.directory, 'gateway');
  const guides = await startGuides({ node, images, directory, namespace, others: [other] }, progress);
  progress.done();
  const nginx = guides.ports.nginxHost ?? '';
  const managed = await applyManaged(guides.here, upstreams.current, nginx);
  const address = ({ name }: Upstream) => (name === upstreams.debian.name ? nginx : managed);
  const untilReady = untilReadyIn(guides.here);
  const allReady = async () => {
    await untilReady('mtlsgateway', 'test-com');
    for (const { name } of Object.values(upstreams)) await untilReady('mtlsupstream', name);
  };
  const inOperator: Kubectl = (args, input) => node.kubectl(['-n', operatorNamespace, ...args], input);
  return { ...guides, node, images, namespace, other, untilReady, allReady, inOperator, address };
}

/** Its Service gets an address that nobody knows before; gives that. */
async function applyManaged(here: Kubectl, upstream: Upstream, any: string): Promise<string> {
  const deployment = { deployment: { replicas: 2 } };
  const at = (address: string) => JSON.stringify(upstreamInPods(upstream, address, deployment));
  await here(['apply', '-f', '-'], at(any));
  const question = ['get', 'service', upstream.deployment, '-o', 'jsonpath={.spec.clusterIP}'];
  const address = await eventually(() => here(question), patient);
  await here(['apply', '-f', '-'], at(address));
  return address;
}

const untilReadyIn = (here: Kubectl) => (kind: string, name: string) =>
  eventually(async () => {
    const { status } = JSON.parse(await here(['get', kind, name, '-o', 'json'])) as { readonly status?: Status };
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    assert.equal(ready?.status, 'True', JSON.stringify(status?.conditions));
  }, patient);
