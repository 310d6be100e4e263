/**
 * Both guides in pods: the operator as users install it, the stand-in of a gateway behind a Service, guide A's
 * application, guide B's NGINX with the agent, and a client. No DNS runs on the node: Services have chosen addresses.
 */
import { parse } from 'yaml';
import { type Checked, type Curl, performAll } from '../demo/checks.ts';
import { gatewayExample, upstreamExample } from '../demo/examples.ts';
import { type GuideStep, guideSteps, type Ports } from '../demo/guides.ts';
import type { Progress } from '../install/progress.ts';
import type { Node } from '../node/start-node.ts';
import type { Kubectl } from '../parts/kubectl.ts';
import { publishIpRoute, type StandIn } from '../parts/stand-in.ts';
import { certificates, clientPod, curlInPod } from './client-pod.ts';
import type { Images } from './images.ts';
import { exampleNginx, ipBackend } from './nginx-pods.ts';
import { applyObjects, listOf } from './objects.ts';
import { prepareRelease, type Release } from './release.ts';
import { startStandInPod } from './stand-in-pod.ts';

const addresses = { gateway: '10.0.0.70', ip: '10.0.0.60', nginx: '10.0.0.50' } as const;

export interface GuidesOptions {
  readonly node: Node;
  readonly images: Images;
  /** For keys and files; made if it does not exist. */
  readonly directory: string;
  /** Where the guides are; it must exist. */
  readonly namespace: string;
  /** Whose resources may use the gateway, too. */
  readonly others?: readonly string[];
}

export interface GuidesInPods {
  readonly standIn: StandIn;
  readonly release: Release;
  readonly ports: Ports;
  /** kubectl in the namespace of the guides. */
  readonly here: Kubectl;
  /** Of both guides. */
  readonly steps: readonly GuideStep[];
  /** Of the client's pod. */
  readonly curl: Curl;
  /** Performs the steps from there. */
  check(): Promise<readonly Checked[]>;
}

/** Resolves when everything is applied; Ready it is some seconds later. */
export async function startGuides(options: GuidesOptions, progress: Progress): Promise<GuidesInPods> {
  const { node, images, directory, namespace, others = [] } = options;
  const here: Kubectl = (args, input) => node.kubectl(['-n', namespace, ...args], input);
  progress('loading the images');
  for (const image of Object.values(images)) await node.load(image);
  progress('the gateway stand-in');
  const standIn = await startStandInPod(node, { image: images.standIn, address: addresses.gateway, directory });
  await publishIpRoute(standIn, 'test.com', 8080, addresses.ip);
  const parts = { image: images.operator, nginx: images.currentNginx, namespaces: [namespace, ...others] };
  const release = await prepareRelease(node, standIn, parts, progress);
  progress('helm install');
  await release.install();
  await applyObjects(here, [...ipBackend(images.debianNginx, addresses.ip), clientPod(images.client)]);
  await applyExamples(here, images);
  await here(['wait', '--for=condition=Ready', 'pod/client', '--timeout=60s']);
  const ports = {
    ...{ gatewayHost: standIn.host, gatewayHttps: standIn.httpsPort, gatewayHttp: standIn.httpPort },
    ...{ nginxHost: addresses.nginx, nginx: 8443 },
  };
  const curl = curlInPod(node.kubeconfig, namespace);
  const steps = guideSteps(ports, certificates);
  return { standIn, release, ports, here, steps, curl, check: () => performAll(steps, curl) };
}

async function applyExamples(here: Kubectl, { debianNginx, operator }: Images): Promise<void> {
  const nginx = exampleNginx({ nginx: debianNginx, agent: operator, address: addresses.nginx });
  const upstream = upstreamInPods({ name: 'mtls-nginx', path: '/hello' }, addresses.nginx, { unknownNames: 'Serve' });
  await here(['apply', '-f', '-'], listOf([...nginx, parse(gatewayExample()), upstream]));
}

/** Guide B's example, for an NGINX that is behind a Service. Guide B asks it by its address, without a name. */
export function upstreamInPods(
  { name, path }: { readonly name: string; readonly path: string },
  address: string,
  nginx: object,
): object {
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
