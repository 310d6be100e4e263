/**
 * The whole path for real suites: a real API server, the gateway stand-in as its own process, and the operator in this
 * process with a clock that can be moved and its calls counted. Each suite has a namespace, a stand-in and an operator
 * of its own.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { stringify } from 'yaml';
import { installOperatorApi, installPolicies, writeOperatorKubeconfig } from '../../deploy/local/parts/access.ts';
import { type StandInProcess, startStandIn } from '../../deploy/local/parts/stand-in.ts';
import { startUpstream } from '../../deploy/local/parts/upstream.ts';
import type { Child } from '../../deploy/local/processes/child.ts';
import { freePort } from '../../deploy/local/processes/ports.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';
import type { ProfileName } from '../../deploy/local/stand-in/profiles.ts';
import type { OperatorConfig } from '../../src/api/operator-config.ts';
import type { Status } from '../../src/api/status.ts';
import type { EventFacts } from '../../src/events/recorder.ts';
import type { AdminCall } from '../../src/gateway/admin-client.ts';
import type { RequestFacts } from '../../src/kube/api-server.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { runOperator } from '../../src/operator/operator.ts';
import type { OperatorOptions } from '../../src/operator/options.ts';
import { forgetRequests, objectsAt, writesTo } from './at-gateway.ts';
import { type Cluster, useCluster } from './cluster.ts';
import { assertConform } from './conditions.ts';
import { eventually } from './eventually.ts';
import { assertNoLeak } from './leaks.ts';

export interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number; readonly uid: string };
  readonly status?: Status;
}

export type GatewayConfig = OperatorConfig['gateways'][number];

interface ToldEvent {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly eventTime: string;
}

export class Whole {
  readonly cluster: Cluster;
  readonly processes: Processes;
  readonly directory: string;
  readonly namespace: string;
  readonly standIn: StandInProcess;
  /** Every line that the operator logged. */
  readonly logs: string[] = [];
  readonly kubeRequests: RequestFacts[] = [];
  readonly adminCalls: AdminCall[] = [];
  readonly events: EventFacts[] = [];
  readonly metrics = createMetrics({ version: 'test', node: process.version }, 'mtls-operator');
  /** Added to the real time. */
  clockOffset = Temporal.Duration.from({ seconds: 0 });
  readonly #log = new Writable({
    write: (chunk, _encoding, done) => {
      this.logs.push(String(chunk));
      done();
    },
  });
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: Pick<Whole, 'cluster' | 'processes' | 'directory' | 'namespace' | 'standIn'>) {
    this.cluster = parts.cluster;
    this.processes = parts.processes;
    this.directory = parts.directory;
    this.namespace = parts.namespace;
    this.standIn = parts.standIn;
  }

  /** Starts the operator with the shipped rights; `gateway` overrides what the administrator would write. */
  async startOperator(change: Partial<OperatorConfig> = {}, gateway: Partial<GatewayConfig> = {}): Promise<void> {
    await this.startOperatorWith({ config: { ...this.config(gateway), ...change } });
  }

  /** Starts an operator for each of these, with other parts than this suite's own. */
  async startOperatorWith(...operators: readonly Partial<OperatorOptions>[]): Promise<void> {
    const path = await writeOperatorKubeconfig(this.kubectl, this.directory);
    this.#stop = new AbortController();
    this.#running = Promise.all(operators.map((parts) => this.#run(path, parts))).then(() => {});
    this.#running.catch((error: unknown) => this.logs.push(String(error)));
  }

  #run(path: string, parts: Partial<OperatorOptions>): Promise<void> {
    return runOperator(
      {
        config: this.config(),
        source: { kind: 'file', path },
        clock: { now: () => Temporal.Now.instant().add(this.clockOffset) },
        // A clock that is moved stands for time that passes, at the API server too.
        clockTolerance: Temporal.Duration.from({ hours: 24 * 365 * 100 }),
        random: Math.random,
        randomBytes: (count) => randomBytes(count),
        log: pino({ level: 'debug', base: null }, this.#log),
        ...this.metrics.hooks,
        onKubeRequest: (facts) => {
          this.kubeRequests.push(facts);
          this.metrics.hooks.onKubeRequest?.(facts);
        },
        onAdminCall: (call) => {
          this.adminCalls.push(call);
          this.metrics.hooks.onAdminCall?.(call);
        },
        onEvent: (facts) => {
          this.events.push(facts);
          this.metrics.hooks.onEvent?.(facts);
        },
        ...parts,
      },
      this.#stop.signal,
    );
  }

  /** Rejects with what ended it. */
  get running(): Promise<void> {
    return this.#running;
  }

  async stopOperator(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async stop(): Promise<void> {
    await this.stopOperator();
    await this.processes.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** NGINX with kubelet's part, for the MtlsUpstream of that name with the names of its Secret and ConfigMap left out. */
  async startNginx(name = 'mtls-nginx'): Promise<Child> {
    return await startUpstream(this.processes, {
      kubeconfig: this.cluster.kubeconfig,
      namespace: this.namespace,
      secret: `${name}-server`,
      configMap: `${name}-nginx`,
      directory: join(this.directory, 'nginx'),
      ipPort: await freePort(),
    });
  }

  readonly kubectl = async (args: readonly string[], input = ''): Promise<string> => {
    const { stdout, stderr, exitCode } = await this.cluster.kubectl(args, { input });
    if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };

  /** In this suite's namespace. */
  readonly here = (args: readonly string[], input?: string) => this.kubectl(['-n', this.namespace, ...args], input);

  async apply(...objects: readonly object[]): Promise<void> {
    await this.here(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('\n---\n'));
  }

  async get<Kind = Resource>(kind: string, name: string, namespace = this.namespace): Promise<Kind> {
    return JSON.parse(await this.kubectl(['-n', namespace, 'get', kind, name, '-o', 'json'])) as Kind;
  }

  async secret(name: string, namespace = this.namespace): Promise<Readonly<Record<string, string>>> {
    const { data } = await this.get<{ data: Record<string, string> }>('secret', name, namespace);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  async exists(kind: string, name: string): Promise<boolean> {
    return (await this.here(['get', kind, name, '--ignore-not-found', '-o', 'name'])).trim() !== '';
  }

  /** Waits for the condition, with the reason if given, at the present generation; checks that all conditions conform. */
  async until(
    kind: string,
    name: string,
    type: string,
    want: 'True' | 'False' | 'Unknown',
    reason?: string,
    namespace = this.namespace,
  ): Promise<Resource> {
    return eventually(async () => {
      const resource = await this.get<Resource>(kind, name, namespace);
      const found = resource.status?.conditions?.find((condition) => condition.type === type);
      const seen = JSON.stringify(resource.status?.conditions?.map((c) => [c.type, c.status, c.reason, c.message]));
      assert.equal(found?.status, want, `${kind} ${name} ${type}; seen: ${seen}`);
      if (reason !== undefined) assert.equal(found?.reason, reason, seen);
      assert.equal(resource.status?.observedGeneration, resource.metadata.generation, seen);
      assertConform(resource);
      return resource;
    });
  }

  ready(kind: string, name: string): Promise<Resource> {
    return this.until(kind, name, 'Ready', 'True');
  }

  gatewayObjects(group?: string): Promise<readonly string[]> {
    return objectsAt(this.standIn, group);
  }

  /** Since `forget`. */
  gatewayWrites(): Promise<readonly string[]> {
    return writesTo(this.standIn);
  }

  /** Without Events: they are written beside the work, and looked at by themselves. */
  kubeWrites(): readonly string[] {
    return this.kubeRequests
      .filter(({ resource }) => resource !== 'events')
      .filter(({ verb }) => ['create', 'patch', 'apply', 'delete'].includes(verb))
      .map(({ verb, resource }) => `${verb} ${resource}`);
  }

  async forget(): Promise<void> {
    await forgetRequests(this.standIn);
    this.kubeRequests.length = 0;
    this.adminCalls.length = 0;
  }

  async fault(faults: {
    readonly latencyMs?: number;
    readonly status?: number;
    readonly close?: boolean;
    readonly methods?: readonly string[];
  }): Promise<void> {
    await this.standIn.admin.put('stand-in/faults', { json: faults });
  }

  /** Wakes the reconciler without changing what is asked for. */
  async touch(kind: string, name: string, namespace = this.namespace): Promise<void> {
    const annotation = `touched=${randomBytes(4).toString('hex')}`;
    await this.kubectl(['-n', namespace, 'annotate', kind, name, annotation, '--overwrite']);
  }

  /** Reconciles everything once more; a settled world is not written to. */
  async assertSilent(kind: string, name: string, namespace = this.namespace): Promise<void> {
    await this.#untilAnswered();
    await this.forget();
    const reconciled = () =>
      this.logs.filter((line) => line.includes('"reconciled"') && line.includes(`${namespace}/${name}`)).length;
    const before = reconciled();
    const told = this.events.length;
    await this.touch(kind, name, namespace);
    await eventually(() => assert.ok(reconciled() > before, 'one more reconcile'));
    assert.deepEqual(this.kubeWrites(), []);
    assert.deepEqual(await this.gatewayWrites(), []);
    // What was told before may be written only now.
    assert.deepEqual(
      this.events.slice(told).filter(({ result }) => result === 'counted'),
      [],
    );
  }

  /** What a write has changed is seen by others before the operator has its answer, with which the write is counted. */
  async #untilAnswered(): Promise<void> {
    await eventually(async () => {
      const before = this.kubeWrites().length;
      await pause(100);
      assert.equal(this.kubeWrites().length, before, 'writes under way');
    });
  }

  /** Events about an object in this suite's namespace, as `type reason: note`, oldest first. */
  async told(kind: string, name: string): Promise<readonly string[]> {
    const fields = `regarding.kind=${kind},regarding.name=${name}`;
    const text = await this.here(['get', 'events.events.k8s.io', `--field-selector=${fields}`, '-o', 'json']);
    const { items } = JSON.parse(text) as { readonly items: readonly ToldEvent[] };
    const ordered = items.toSorted((one, other) => one.eventTime.localeCompare(other.eventTime));
    return ordered.map(({ type, reason, note }) => `${type} ${reason}: ${note}`);
  }

  /** What the administrator of this suite would write. */
  config(gateway: Partial<GatewayConfig> = {}): OperatorConfig {
    const { adminUrl, tokenFile, caFile, httpsPort, httpPort } = this.standIn;
    const at = (port: number) => [{ host: '127.0.0.1', port }];
    const dataPlane = { https: at(httpsPort), http: at(httpPort) };
    return {
      gateways: [
        {
          name: 'default',
          type: this.standIn.profile.startsWith('apisix') ? 'apisix' : 'api7-ee',
          adminUrl,
          tokenFile,
          caFile,
          dataPlane,
          allowedNamespaces: ['*'],
          ...gateway,
        },
      ],
      orphans: 'Report',
      driftInterval: Temporal.Duration.from({ seconds: 1 }),
      livenessInterval: Temporal.Duration.from({ seconds: 10 }),
      proofInterval: Temporal.Duration.from({ hours: 1 }),
      gracePeriod: Temporal.Duration.from({ seconds: 10 }),
      deletionDeadline: Temporal.Duration.from({ minutes: 10 }),
      // Its NGINX listens there.
      upstreamAddresses: { allow: ['127.0.0.0/8'], refuse: [] },
      workers: 4,
      watchNamespaces: [this.namespace],
      logLevel: 'debug',
    };
  }
}

export interface WholeOptions {
  readonly operator?: boolean;
  /** What the stand-in plays. */
  readonly profile?: ProfileName;
  /** Left out: the one that suites share. */
  readonly cluster?: Cluster;
  /** What is there before the operator: CRDs, and its account with its rights. Left out: the kustomize base. */
  readonly install?: (whole: Whole) => Promise<void>;
}

/** To be called inside of `describe`. The operator is started unless `operator: false`. */
export function useWhole({
  operator = true,
  profile = 'ee-3.10',
  cluster = useCluster(),
  install = ({ kubectl }) => installOperatorApi(kubectl),
}: WholeOptions = {}): { readonly whole: Whole } {
  let whole: Whole | undefined;
  before('start the whole path', async function () {
    this.timeout(180_000);
    whole = await startWhole({ cluster, profile, install });
    if (operator) await whole.startOperator();
  });
  after('nothing secret was told in logs, statuses, events and metrics', async () => {
    try {
      if (whole !== undefined) await assertNoLeak(whole);
    } finally {
      await whole?.stop();
    }
  });
  return {
    get whole() {
      if (whole === undefined) throw new Error('the whole path is there only from the before hooks of the suite on');
      return whole;
    },
  };
}

async function startWhole({
  cluster,
  profile,
  install,
}: Required<Pick<WholeOptions, 'cluster' | 'profile' | 'install'>>): Promise<Whole> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-operator-whole-'));
  const processes = new Processes(join(directory, 'logs'));
  const ports = { https: await freePort(), http: await freePort() };
  const standIn = await startStandIn(processes, join(directory, 'gateway'), ports, { profile });
  const whole = new Whole({ cluster, processes, directory, namespace: await cluster.namespace(), standIn });
  await install(whole);
  // All suites run under the policies; what they change behind the operator's back they change as an administrator.
  await installPolicies(whole.kubectl, { groups: ['system:masters'] });
  return whole;
}
