import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { addresses } from '../../../deploy/local/node/addresses.ts';
import type { Image } from '../../../deploy/local/node/image.ts';
import { type StandIn, startStandIn } from '../../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { ensureHelm } from '../../../deploy/local/tools/helm.ts';
import type { UsedNode } from './node.ts';

export const operatorNamespace = 'mtls-operator-system';
const chart = join(import.meta.dirname, '../../../helm/mtls-operator');

/** The stand-in of a gateway in the node's network, at the node's address: pods reach it, and it reaches pods. */
export async function startStandInOn({ processes, directory, enter, forward }: UsedNode): Promise<StandIn> {
  const ports = { https: await freePort(), http: await freePort() };
  const place = { address: addresses.node, enter, forward };
  return startStandIn(processes, join(directory, 'gateway'), ports, { place });
}

/**
 * As a user installs it: a namespace that demands restricted pods, the Secret and the ConfigMap of the gateway, and the
 * chart by helm. Resolves when helm says that all of it is ready.
 */
export async function installOperator(
  node: UsedNode,
  standIn: StandIn,
  images: { readonly image: Image; readonly nginx: Image; readonly namespaces: readonly string[] },
): Promise<void> {
  const namespace = operatorNamespace;
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await node.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  const metadata = { name: 'gateway-default', namespace };
  const token = readFileSync(standIn.tokenFile, 'utf8').trim();
  const ca = readFileSync(standIn.caFile, 'utf8');
  await node.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': ca } },
  );
  const progress = printProgress(process.stderr);
  const helm = await ensureHelm(progress);
  progress.done();
  const to = ['--namespace', namespace, '--kubeconfig', node.kubeconfig, '--wait', '--timeout', '2m'];
  const input = stringify(valuesFor(standIn, images));
  const { failed, stderr } = await execa(helm, ['install', 'mtls-operator', chart, ...to, '--values', '-'], {
    input,
    reject: false,
  });
  if (failed) throw new Error(`${stderr}\n${await seenIn(node, namespace)}`);
}

/** What became of the pods there, for a person. */
async function seenIn({ kubectl }: UsedNode, namespace: string): Promise<string> {
  const questions = [
    ['get', 'pods,events'],
    ['logs', '-l', 'app.kubernetes.io/name=mtls-operator', '--tail=20'],
  ];
  const answers = questions.map((args) => kubectl(['-n', namespace, ...args]).catch(String));
  return (await Promise.all(answers)).join('\n');
}

function valuesFor(standIn: StandIn, { image, nginx, namespaces }: Parameters<typeof installOperator>[2]): object {
  const [repository, tag] = image.reference.split(/:(?=[^:]+$)/);
  const at = (port: number) => [`${addresses.node}:${port}`];
  const gateway = {
    name: 'default',
    type: 'api7-ee',
    adminUrl: standIn.adminUrl,
    tokenSecret: { name: 'gateway-default' },
    caConfigMap: { name: 'gateway-default' },
    dataPlane: { https: at(standIn.httpsPort), http: at(standIn.httpPort) },
    allowedNamespaces: namespaces,
  };
  return {
    // No registry is asked.
    image: { repository, tag, pullPolicy: 'Never' },
    gateways: [gateway],
    managedNginx: { enabled: true, image: nginx.reference },
    driftInterval: '10s',
  };
}
