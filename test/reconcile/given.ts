import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import * as z from 'zod';
import { kinds, mtlsGateway, type Resource } from '../../src/api/kinds.ts';
import { apply } from '../../src/apply/apply.ts';
import type { Happening } from '../../src/events/event.ts';
import { Gateways } from '../../src/gateway/gateways.ts';
import { turnsForRsaKeys } from '../../src/issuing/make-key.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import type { NamespacedName } from '../../src/model/object-key.ts';
import { KeptSessions } from '../../src/observe/kept-sessions.ts';
import { observe, observeAfter } from '../../src/observe/observe.ts';
import { ProbeBudget } from '../../src/observe/probe-budget.ts';
import { type Certificates, planCertificates } from '../../src/plan/certificates/certificates.ts';
import { childIndexOf } from '../../src/plan/children/owner.ts';
import { Draft, isNeeded } from '../../src/plan/draft.ts';
import { addressRules } from '../../src/plan/nginx/addresses.ts';
import type { KindPlan } from '../../src/plan/plan.ts';
import type { Store } from '../../src/ports/objects.ts';
import { probes } from '../../src/probe/probes.ts';
import { Quarantine } from '../../src/quarantine/quarantine.ts';
import { ResourceMemory } from '../../src/reconcile/memory.ts';
import { Waits } from '../../src/reconcile/waits.ts';
import type { Run } from '../../src/reconcile/world.ts';
import { inSlices } from '../../src/std/steps.ts';
import { DriftWatch } from '../../src/watch/drift-watch.ts';
import { type Behaviour as AdminBehaviour, answer as adminAnswer } from '../gateway/admin-server.ts';
import { absent, answer, Loopback } from '../kube/loopback.ts';
import { caRequest } from '../plan/given.ts';

/** A server in the place of an API server that keeps single objects, and what reconcilers see of them. */
export class Cluster {
  /** By path. */
  readonly objects = new Map<string, KubeObject>();
  /** Every write, with what was sent. */
  readonly writes: { readonly method: string; readonly path: string; readonly body: Json }[] = [];
  readonly #server: Loopback;

  private constructor(server: Loopback) {
    this.#server = server;
  }

  static async start(): Promise<Cluster> {
    const server = await Loopback.start();
    const cluster = new Cluster(server);
    server.behave = async (request, response, { pathname }) => {
      const { method = '' } = request;
      const path = pathname.replace(/\/status$/, '');
      const place = method === 'GET' ? path : cluster.#write(method, path, JSON.parse(await text(request)));
      const object = cluster.objects.get(place);
      answer(response, object === undefined ? 404 : 200, object ?? absent(place.slice(place.lastIndexOf('/') + 1)));
    };
    return cluster;
  }

  reset(): void {
    this.objects.clear();
    this.writes.length = 0;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  put(object: KubeObject): void {
    this.objects.set(pathOf(object.kind, object.metadata), object);
  }

  remove({ kind, metadata }: KubeObject): void {
    this.objects.delete(pathOf(kind, metadata));
  }

  get(kind: string, name: string): KubeObject | undefined {
    return this.objects.get(pathOf(kind, { namespace: 'shop', name }));
  }

  /** Of one kind, and never behind; its index is that of children. */
  store<Kind extends KubeObject, Index extends string = never>(kind: string): Store<Kind, Index> {
    const all = () => [...this.objects.values()].filter((object) => object.kind === kind) as Kind[];
    return {
      get: (key) => this.objects.get(pathOf(kind, key)) as Kind | undefined,
      list: all,
      byIndex: (_, value) => all().filter((object) => childIndexOf(object).includes(value)),
      write: (_, send) => send(),
    };
  }

  client() {
    return this.#server.client();
  }

  /** Answers the path of what was written. */
  #write(method: string, path: string, body: Json): string {
    this.writes.push({ method, path, body });
    const { metadata } = body as unknown as KubeObject;
    const place = method === 'POST' ? `${path}/${metadata.name}` : path;
    const before = method === 'POST' ? { metadata: { resourceVersion: '1' } } : this.objects.get(place);
    if (before !== undefined) this.objects.set(place, mergePatched(before as Json, body) as unknown as KubeObject);
    return place;
  }
}

type Json = Readonly<Record<string, unknown>>;

/** RFC 7386. */
function mergePatched(before: Json, patch: Json): Json {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const changed = Object.entries(patch).map(([key, value]) => {
    const inner = isObject(before[key]) ? (before[key] as Json) : {};
    return [key, isObject(value) ? mergePatched(inner, value as Json) : value];
  });
  return Object.fromEntries(
    Object.entries({ ...before, ...Object.fromEntries(changed) }).filter(([, v]) => v !== null),
  );
}

function pathOf(kind: string, { namespace, name }: NamespacedName): string {
  const ours = kinds.find((one) => one.kind === kind);
  const root = ours === undefined ? '/api/v1' : '/apis/mtls-operator.dev/v1alpha1';
  return `${root}/namespaces/${namespace}/${ours?.plural ?? `${kind.toLowerCase()}s`}/${name}`;
}

/** API7 Enterprise that holds these objects by `kind/id`, of which it lets go. */
export function controlPlane(held: Map<string, Json>): AdminBehaviour {
  const documents: Readonly<Record<string, Json>> = {
    '/api/version': { value: '3.10.1' },
    '/api/gateway_groups': { list: [{ id: 'g-1', name: 'default' }], total: 1 },
  };
  return (request, ...rest) => {
    const { method, path } = request;
    const place = path.replace('/apisix/admin/', '');
    if (method === 'DELETE') held.delete(place);
    const list = [...held].filter(([key]) => key.startsWith(`${place}/`)).map(([, object]) => object);
    adminAnswer(200, documents[path] ?? { list, total: list.length })(request, ...rest);
  };
}

/** What people were told: Events, and lines of the log. */
export interface Told {
  readonly events: Happening[];
  readonly lines: { readonly msg: string; readonly level: number; readonly [field: string]: unknown }[];
}

/** A reconcile in that cluster by a process that has just started; `change` is what matters to a test. */
export function aRun(cluster: Cluster, told: Told, change: Partial<Run> = {}): Run {
  const events = { record: (happening: Happening) => void told.events.push(happening) };
  const log = pino({ base: null }, { write: (line) => told.lines.push(JSON.parse(line)) });
  const times = { hours: 1 };
  const random = () => 0;
  const clock = { now: () => Temporal.Instant.from('2026-11-22T10:00:00Z') };
  return {
    ...{ events, log, random, clock },
    randomBytes: (count) => new Uint8Array(count),
    kube: cluster.client(),
    rsaKeys: turnsForRsaKeys(),
    resources: cluster.store('MtlsGateway'),
    hosts: { gateways: cluster.store('MtlsGateway'), upstreams: cluster.store('MtlsUpstream') },
    memory: new ResourceMemory(),
    waits: new Waits(),
    secrets: cluster.store('Secret'),
    configMaps: cluster.store('ConfigMap'),
    references: { secrets: { read: never }, configMaps: { read: never } },
    isReferredTo: () => false,
    gateways: new Gateways([], { random }),
    addresses: { rules: addressRules({ allow: ['127.0.0.0/8'], refuse: [] }), known: async () => [] },
    cluster: 'c',
    drift: new DriftWatch({ interval: Temporal.Duration.from(times), clock, random, log, events, wake: () => true }),
    names: { await: () => {} },
    reachability: { outageOf: () => undefined, tellsWithin: Temporal.Duration.from({ seconds: 50 }) },
    clockWatch: { find: () => undefined },
    quarantine: Quarantine.withoutMemory(log),
    isolate: () => {},
    probes,
    keptSessions: new KeptSessions(clock),
    budget: new ProbeBudget(),
    driftInterval: Temporal.Duration.from({ minutes: 5 }),
    proofInterval: Temporal.Duration.from(times),
    deletionDeadline: Temporal.Duration.from(times),
    signal: new AbortController().signal,
    ...change,
  };
}

/** A plan that finds its way as the test says. */
export function aKindPlan(change: Pick<KindPlan, 'parts' | 'follow'>): KindPlan {
  const requests = { ca: { issue: caRequest }, external: [], leaves: [], clientTrust: [], serverTrust: [] };
  const kind = { ...mtlsGateway, spec: z.unknown() };
  return { kind, proof: [], protocol: 'https', requests: () => requests, configMaps: () => [], ...change };
}

/** What the resource has once all of its certificates are issued; throws why that cannot be. */
export async function certificatesOf<Spec>(
  plan: KindPlan<Spec>,
  resource: Resource<Spec>,
  run: Run,
): Promise<Certificates> {
  let observed = await observe(plan, resource, {}, run);
  for (;;) {
    const course = { draft: new Draft([]), observed, now: run.clock.now() };
    const part = await inSlices(planCertificates(resource, plan.requests(resource), course), run.signal);
    if (!isNeeded(part)) return part.value;
    assert.ok('steps' in part);
    observed = await observeAfter(part.steps, plan, await apply(part.steps, observed, run), run);
    for (const failure of observed.failed.values()) throw failure;
  }
}

function never(): never {
  throw new Error('nothing is referred to here');
}
