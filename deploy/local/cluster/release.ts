import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import type { Progress } from '../install/progress.ts';
import type { Image } from '../node/image.ts';
import type { Node } from '../node/start-node.ts';
import type { StandIn } from '../parts/stand-in.ts';
import { SetupFailure } from '../setup-failure.ts';
import { ensureHelm } from '../tools/helm.ts';
import { applyObjects, restrictedNamespace } from './objects.ts';

export const operatorNamespace = 'mtls-operator-system';
const chart = join(import.meta.dirname, '../../../helm/mtls-operator');

/** What pods are made of, and where resources may be. */
interface Parts {
  readonly image: Image;
  readonly nginx: Image;
  readonly namespaces: readonly string[];
}

/** The chart, as helm has it installed. Each resolves when helm says that all of it is ready, or gone. */
export interface Release {
  /** What the chart is given. */
  readonly values: object;
  /** From the chart of here, or from another one. */
  install(from?: string): Promise<void>;
  /** With these values beside those of before. */
  upgrade(values: object): Promise<void>;
  uninstall(): Promise<void>;
}

/** As a user begins: a namespace that demands restricted pods, with the Secret and the ConfigMap of the gateway. */
export async function prepareRelease(node: Node, standIn: StandIn, parts: Parts, progress: Progress): Promise<Release> {
  const namespace = operatorNamespace;
  const metadata = { name: 'gateway-default', namespace };
  const token = readFileSync(standIn.tokenFile, 'utf8').trim();
  const ca = readFileSync(standIn.caFile, 'utf8');
  await applyObjects(node.kubectl, [
    restrictedNamespace(namespace),
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': ca } },
  ]);
  const helm = await ensureHelm(progress);
  const run = async (verb: string, args: readonly string[], values: object) => {
    const to = ['--namespace', namespace, '--kubeconfig', node.kubeconfig, '--wait', '--timeout', '2m'];
    const options = { input: stringify(values), reject: false };
    const { failed, stderr } = await execa(helm, [verb, 'mtls-operator', ...args, ...to], options);
    if (failed) throw new SetupFailure(`helm ${verb}: ${stderr}\n${await seenIn(node, namespace)}`);
  };
  const values = valuesFor(standIn, parts);
  return {
    values,
    install: (from = chart) => run('install', [from, '--values', '-'], values),
    upgrade: (changed) => run('upgrade', [chart, '--values', '-'], { ...values, ...changed }),
    uninstall: () => run('uninstall', [], {}),
  };
}

/** What became of the pods there, for a person. */
async function seenIn({ kubectl }: Node, namespace: string): Promise<string> {
  const questions = [
    ['get', 'pods,events'],
    ['logs', '-l', 'app.kubernetes.io/name=mtls-operator', '--tail=20'],
  ];
  const answers = questions.map((args) => kubectl(['-n', namespace, ...args]).catch(String));
  return (await Promise.all(answers)).join('\n');
}

function valuesFor(standIn: StandIn, { image, nginx, namespaces }: Parts): object {
  const [repository, tag] = image.reference.split(/:(?=[^:]+$)/);
  const at = (port: number) => [`${standIn.host}:${port}`];
  const gateway = {
    name: 'default',
    type: 'api7-ee',
    adminUrl: standIn.adminUrl,
    tokenSecret: { name: 'gateway-default' },
    caConfigMap: { name: 'gateway-default' },
    dataPlane: { https: at(standIn.httpsPort), http: at(standIn.httpPort) },
    // They trust each other: guide B answers for every host.
    tenants: [{ namespaces, hosts: ['*'], routesWithoutHost: true }],
  };
  return {
    // No registry is asked.
    image: { repository, tag, pullPolicy: 'Never' },
    gateways: [gateway],
    managedNginx: { enabled: true, image: nginx.reference },
    driftInterval: '10s',
  };
}
