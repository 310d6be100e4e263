import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import type { OperatorConfig } from '../../../src/api/operator-config.ts';
import type { NginxHandlers } from '../../bench/scale/nginx-process.ts';
import { Worker } from '../../bench/scale/worker.ts';
import { eventually } from '../../harness/eventually.ts';
import { FaultyProxy, type ServingCertificate } from '../../harness/faulty-proxy.ts';
import { useWhole, type Whole } from '../../harness/whole.ts';
import { assertConverged, assertNoOrphan, assertSilent, touchAll } from './audit.ts';
import { Ledger } from './ledger.ts';
import { type Member, Population } from './population.ts';

const convergesWithin = Temporal.Duration.from({ seconds: 30 });

/** So short that a test need not wait for minutes; what is told apart is told apart at any length. */
export const kubeTimeouts = { callMilliseconds: 1_500, connectMilliseconds: 1_500, watchSilenceMilliseconds: 3_000 };

export interface Stage {
  readonly whole: Whole;
  readonly population: Population;
  readonly ledger: Ledger;
  /** As shipped: what is missed is not found by looking often. */
  readonly config: OperatorConfig;
  /** In a namespace of its own kinds: made before, edited and deleted during a fault, one each. */
  changeTheWorld(): Promise<void>;
  /** Within 30 s, and nothing was missed, left over, lost or made twice; one more reconcile writes nothing. */
  assertSound(): Promise<void>;
}

/** To be called inside of `describe`: a stand-in, one server for all upstreams, and a population to change. */
export function useStage(): { readonly stage: Stage } {
  const given = useWhole({ operator: false });
  let stage: Stage | undefined;
  before('open the ledger and start a server for the upstreams', async () => {
    const { whole } = given;
    const ledger = whole.processes.own(await openLedger(whole));
    stage = buildStage(whole, ledger, await startNginx(whole));
  });
  return {
    get stage() {
      if (stage === undefined) throw new Error('the stage is there only from the before hooks of the suite on');
      return stage;
    },
  };
}

async function openLedger(whole: Whole): Promise<Ledger & { stop(): Promise<void> }> {
  const ledger = await Ledger.open(whole);
  return Object.assign(ledger, { stop: () => ledger.close() });
}

async function startNginx(whole: Whole): Promise<number> {
  const logDirectory = join(whole.directory, 'logs');
  const nginx = whole.processes.own(new Worker<NginxHandlers>({ module: 'nginx-process.ts', logDirectory }));
  return (await nginx.ask('start', whole.cluster.kubeconfig)).port;
}

function buildStage(whole: Whole, ledger: Ledger, nginxPort: number): Stage {
  const population = new Population(whole, nginxPort);
  let generation = 0;
  const changeTheWorld = async () => {
    generation += 1;
    const [edited, gone] = [generation - 1, generation - 2].map((of) => pair(of));
    const exists = ({ name }: Member) => population.members.some((member) => member.name === name);
    const [toEdit = [], toRemove = []] = [edited?.filter(exists), gone?.filter(exists)];
    await population.put(...pair(generation), ...toEdit.map((member) => ({ ...member, edited: true })));
    if (toRemove.length > 0) await population.remove(...toRemove);
    // A leaf, which comes back, if it has been there already; a CA would come back as another.
    const leaf = `gateway-${generation - 1}-curl`;
    await whole.here(['delete', 'secret', leaf, '--wait=false', '--ignore-not-found']);
  };
  const assertSound = async () => {
    const since = performance.now();
    await eventually(() => assertConverged(whole, population.members), convergesWithin);
    process.stderr.write(`      converged after ${Math.round(performance.now() - since)} ms\n`);
    await assertNoOrphan(whole, population.members);
    ledger.assertSound();
    await assertSilent(whole, () => touchAll(whole, population.members));
  };
  const config = { ...whole.config(), driftInterval: Temporal.Duration.from({ minutes: 5 }) };
  return { whole, population, ledger, config, changeTheWorld, assertSound };
}

const pair = (generation: number): readonly Member[] => [
  { kind: 'MtlsGateway', name: `gateway-${generation}`, edited: false },
  { kind: 'MtlsUpstream', name: `upstream-${generation}`, edited: false },
];

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, string | boolean>> }[];
  readonly users: readonly { readonly name: string; readonly user: object }[];
}

/** A proxy before the API server, and the operator's kubeconfig through it; `change` is for what differs of it. */
export async function startProxy(whole: Whole, certificate?: ServingCertificate): Promise<FaultyProxy> {
  const { clusters } = JSON.parse(readFileSync(whole.cluster.kubeconfig, 'utf8')) as Kubeconfig;
  const ca = Buffer.from(String(clusters[0]?.cluster['certificate-authority-data']), 'base64');
  return whole.processes.own(await FaultyProxy.start({ url: whole.cluster.url, ca }, certificate));
}

export async function writeKubeconfigThrough(
  whole: Whole,
  proxy: FaultyProxy,
  change: { readonly cluster?: object; readonly user?: object } = {},
): Promise<string> {
  const path = await writeOperatorKubeconfig(whole.kubectl, whole.directory);
  const config = JSON.parse(readFileSync(path, 'utf8')) as Kubeconfig;
  const [cluster, user] = [config.clusters[0], config.users[0]];
  assert.ok(cluster && user);
  const through = { server: proxy.url, ...(change.cluster ?? { 'insecure-skip-tls-verify': true }) };
  const to = join(whole.directory, 'through-proxy.kubeconfig');
  const clusters = [{ name: cluster.name, cluster: through }];
  const users = [{ name: user.name, user: change.user ?? user.user }];
  writeFileSync(to, JSON.stringify({ ...config, clusters, users }), { mode: 0o600 });
  return to;
}
