import { join } from 'node:path';
import { type GuidesInPods, startGuides } from '../cluster/guides-in-pods.ts';
import { buildImages, type Images } from '../cluster/images.ts';
import { applyObjects, restrictedNamespace } from '../cluster/objects.ts';
import { ensureClientPrograms } from '../install/client-programs.ts';
import { ensureControlPlane } from '../install/control-plane.ts';
import { requireNodeMachine } from '../install/node-machine.ts';
import type { Progress } from '../install/progress.ts';
import { type Node, startNode } from '../node/start-node.ts';
import type { Checked } from './checks.ts';
import { namespace, type Running, type Script } from './demo.ts';
import { waitUntilReady } from './readiness.ts';
import { checkRenewal } from './renewal.ts';

/** What the steps hand to one another: each gives the part that it adds. */
interface Demo extends Running {
  readonly images: Images;
  readonly node: Node;
  readonly guides: GuidesInPods;
}

/** Everything in pods, on a node that this machine plays: Linux and root. */
export const podsScript: Script<Demo> = {
  steps: [
    { title: 'Install what is missing', run: install },
    { title: 'Build the images', run: async (_, progress) => ({ images: await buildImages(progress) }) },
    { title: 'Start a node', run: startCluster },
    { title: 'Start the gateway stand-in, install the operator by helm, apply deploy/examples', run: apply },
    { title: 'Wait until both are Ready', run: untilReady },
  ],
  check,
  curl: `kubectl -n ${namespace} exec client -- curl`,
  remark: 'Everything ran in pods; no registry of images was asked.',
};

async function install(_: Demo, progress: Progress): Promise<Partial<Demo>> {
  requireNodeMachine('npm run demo');
  await ensureClientPrograms(progress);
  return { programs: await ensureControlPlane(progress) };
}

async function startCluster({ processes, directory }: Demo, progress: Progress): Promise<Partial<Demo>> {
  const node = await startNode({ processes, directory: join(directory, 'node'), progress });
  await applyObjects(node.kubectl, [restrictedNamespace(namespace)]);
  return { node, kubeconfig: node.kubeconfig, kubectl: node.kubectl };
}

async function apply({ node, images, directory }: Demo, progress: Progress): Promise<Partial<Demo>> {
  const home = join(directory, 'gateway');
  return { guides: await startGuides({ node, images, directory: home, namespace }, progress) };
}

async function untilReady({ kubectl }: Demo, progress: Progress): Promise<Partial<Demo>> {
  return { took: await waitUntilReady(kubectl, namespace, Temporal.Duration.from({ minutes: 2 }), progress) };
}

async function check({ node, guides, kubectl }: Demo): Promise<readonly Checked[]> {
  const { nginxHost: host = '', nginx: port } = guides.ports;
  const checked = await guides.check();
  const { curl, steps } = guides;
  return [...checked, await checkRenewal({ kubectl, steps, curl, nginxPort: await node.forward({ host, port }) })];
}
