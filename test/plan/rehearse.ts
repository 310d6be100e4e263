import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Kind, mtlsGateway, parseSpec, type Resource } from '../../src/api/kinds.ts';
import * as payload from '../../src/gateway/apisix/payload.ts';
import { makeCrl } from '../../src/issuing/crl.ts';
import { crossCertify } from '../../src/issuing/cross.ts';
import { issue } from '../../src/issuing/issue.ts';
import type { CertificateDenial, Denial } from '../../src/model/denial.ts';
import type { Dialect } from '../../src/model/dialect.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import type { ConfigMap, KubeObject, Secret } from '../../src/model/kube-object.ts';
import { type DesiredObject, stringsOf } from '../../src/model/remote-object.ts';
import { crlDigest } from '../../src/plan/certificates/crl-content.ts';
import type { HeldCertificate } from '../../src/plan/certificates/held.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import { mtlsGatewayPlan } from '../../src/plan/mtls-gateway.ts';
import { mtlsUpstreamPlan } from '../../src/plan/mtls-upstream.ts';
import { addressRules } from '../../src/plan/nginx/addresses.ts';
import type { NginxLook } from '../../src/plan/nginx/judge.ts';
import { type DataPlaneLook, type Material, type Observed, unread, unseen } from '../../src/plan/observed.ts';
import type { KindPlan, Plan } from '../../src/plan/plan.ts';
import { isSettled, planOf, printPlan } from '../../src/plan/plan-of.ts';
import { caSecret } from '../../src/plan/rotation/moves.ts';
import { statusAfter } from '../../src/plan/status/status.ts';
import {
  type DataPlaneQuestion,
  type IssueStep,
  type Look,
  type NginxQuestion,
  type PrepareStep,
  type Step,
  touchesChildren,
} from '../../src/plan/steps.ts';
import type { Failure } from '../../src/std/failure.ts';
import { finish } from '../../src/std/steps.ts';
import { now, withStatus } from './given.ts';

/** Apache APISIX, for which every plan here is made. */
const dialect: Dialect = {
  product: 'Apache APISIX',
  kinds: payload.kinds,
  compile: (state, owner) => payload.compile(state, owner, { verifiesUpstream: false }),
  unsupported: () => [],
  unenforced: () => [],
};

/** Of a resource that is alone. */
export const neighbours: Observed['neighbours'] = {
  rivals: () => [],
  around: () => [],
  policyOf: () => undefined,
  isStanding: () => true,
  areOthersRotating: () => false,
  mayAdopt: () => false,
  mtlsGateway: () => undefined,
  secretOf: () => undefined,
  allowers: () => [],
  sharers: () => [],
  isReferredTo: () => false,
};

/** A resource, its cluster and its gateway in memory: plans are performed in it as if all went well. */
export class Rehearsal {
  resource: Resource<unknown>;
  secrets = new Map<string, Secret>();
  configMaps = new Map<string, ConfigMap>();
  /** Secrets that the spec refers to. */
  readonly references = new Map<string, Secret>();
  /** What the bundles of `spec.clientTrust` and `spec.serverTrust` hold, by the index of their source. */
  clientTrust: readonly string[] = [];
  serverTrust: readonly string[] = [];
  /** Lists of revoked certificates that were signed in the present run. */
  #crls = new Map<string, string>();
  /** By kind. */
  readonly workload = new Map<string, KubeObject>();
  readonly inventory: LiveInventory;
  now = now;
  /** What NGINX and the data plane show; by default all that is asked for. */
  nginx = ({ nodes, besideKept }: NginxQuestion): readonly NginxLook[] =>
    nodes.map(() => (besideKept === undefined ? {} : { needsKept: false }));
  dataPlane = (question: DataPlaneQuestion): DataPlaneLook =>
    question.by === 'https' && question.besideKept !== undefined ? { needsKept: false } : {};
  /** Why a step cannot be carried out; by default each can. */
  fails: (step: Step) => Failure | undefined = () => undefined;
  /** What the gateway refuses for the resource. */
  denied: readonly Denial[] = [];
  get deniedCertificates(): readonly CertificateDenial[] {
    return this.denied.filter((denial) => denial.by !== 'unverified');
  }

  /** Why it does not. */
  deniesNot: Failure | undefined;
  readonly #kind: KindPlan;
  #change: Partial<Observed> = {};

  constructor(kind: string, spec: unknown) {
    this.#kind = (kind === mtlsGateway.kind ? mtlsGatewayPlan : mtlsUpstreamPlan) as KindPlan;
    this.inventory = new LiveInventory(dialect.kinds, []);
    const name = kind === mtlsGateway.kind ? 'test-com' : 'mtls-nginx';
    const metadata = { name, namespace: 'shop', uid: `uid-of-${name}`, resourceVersion: '1', generation: 1 };
    this.resource = { kind, metadata: { ...metadata, creationTimestamp: '2026-11-22T09:00:00Z' }, spec, status: {} };
  }

  /**
   * Only so many plans, as if the operator were killed then: nothing of them is remembered. Gives whether it came to its
   * end before. What `afterStep` throws ends it too.
   */
  async runUntilKilled(rounds: number, afterStep: () => void = () => {}): Promise<boolean> {
    let observed = this.#observe();
    for (let round = 0; round < rounds; round += 1) {
      const plan = finish(planOf(this.#kind, observed, this.now));
      if (isSettled(plan)) {
        this.#end(plan, observed, []);
        return true;
      }
      observed = await this.#perform(plan, { ...observed, standing: plan.standing }, afterStep);
    }
    return false;
  }

  /** All plans until there is nothing more to do, as text; the status is written at the end. */
  async run(change: Partial<Observed> = {}): Promise<string> {
    this.#change = change;
    this.#crls = new Map();
    let observed = this.#observe();
    const texts: string[] = [];
    for (let round = 1; round < 50; round += 1) {
      const plan = finish(planOf(this.#kind, observed, this.now));
      texts.push(printPlan(plan));
      if (isSettled(plan)) return this.#end(plan, observed, texts);
      observed = await this.#perform(plan, { ...observed, standing: plan.standing });
    }
    assert.fail(`does not come to an end:\n${texts.join('\n')}`);
  }

  #end(plan: Plan, observed: Observed, texts: readonly string[]): string {
    this.resource = withStatus(this.resource, statusAfter(plan.findings, observed, this.now));
    return texts.join('\n').replaceAll(/mtls-[0-9a-f]{8,}|(?<=-client-)[0-9a-f]{32}/g, 'ID');
  }

  #observe(): Observed {
    const { kind, metadata, spec } = this.resource;
    const { namespace, name, uid } = metadata;
    return {
      resource: this.resource,
      parsed: parseSpec(this.#kind.kind as Kind, spec),
      startedAt: this.now,
      owner: { cluster: 'c', kind, namespace, name, uid },
      material: this.#material(),
      neighbours,
      gateway: {
        label: 'default/default',
        caveats: [],
        dataPlane: { https: [{ host: '10.0.0.1', port: 9443 }], http: [{ host: '10.0.0.1', port: 9080 }] },
      },
      ...{ issued: new Map(), done: [], failed: new Map() },
      ...this.#change,
    };
  }

  /** What it has at its gateway. */
  atGateway() {
    return this.inventory.ownedBy(this.#observe().owner);
  }

  #material(): Material {
    const children = [...this.secrets.values(), ...this.configMaps.values()];
    const trust = { clientTrust: this.#texts('clientTrust'), serverTrust: this.#texts('serverTrust') };
    const { secrets, configMaps, references } = this;
    return {
      ...{ secrets: new Map(secrets), configMaps: new Map(configMaps), children },
      ...{ references: new Map(references), trust, keystores: new Map(), crls: new Map(this.#crls) },
    };
  }

  #texts(list: 'clientTrust' | 'serverTrust') {
    return this[list].map((text, index) => ({
      reference: { field: `spec.${list}[${index}].configMapRef`, name: 'bundle' },
      text,
    }));
  }

  async #perform({ looks, steps }: Plan, observed: Observed, afterStep = () => {}): Promise<Observed> {
    let known = observed;
    for (const look of looks) known = Object.assign({}, known, await this.#look(look, known));
    for (const step of steps) {
      const failure = this.fails(step);
      if (failure !== undefined) {
        known = { ...known, failed: new Map([...known.failed, [step.part, failure]]) };
        if (step.standalone === true) continue;
        break;
      }
      known = await this.#do(step, known);
      afterStep();
    }
    return !steps.some(touchesChildren) ? known : { ...known, material: this.#material() };
  }

  async #look(look: Look, { reading, material }: Observed): Promise<Partial<Observed>> {
    switch (look.at) {
      case 'gateway':
        return {
          reading: {
            dialect,
            groupId: undefined,
            age: look.age ?? reading?.age,
            ...(look.only ? {} : { inventory: this.inventory }),
          },
        };
      case 'addresses': {
        const of = new Map(look.hosts.map((host) => [host, [host]]));
        return { addresses: { rules: addressRules({ allow: ['127.0.0.0/8'], refuse: [] }), known: [], of } };
      }
      case 'crl':
        this.#crls.set(crlDigest(look.content), await makeCrl(look.content, this.#issuing));
        return { material: { ...material, crls: new Map(this.#crls) } };
      case 'workload':
        return { workload: Object.fromEntries(this.workload) };
      case 'nginx':
        return { nginx: this.nginx(look) };
      case 'dataPlane':
        return { dataPlane: this.dataPlane(look) };
      case 'denyList':
        return {
          denyList: { isThere: this.denied.length > 0, holds: (_, denials) => isDeepStrictEqual(this.denied, denials) },
        };
      default:
        assert.fail(`nobody rehearses a look at ${look.at}`);
    }
  }

  async #do(step: Step, observed: Observed): Promise<Observed> {
    const after = { ...observed, done: [...observed.done, step] };
    switch (step.do) {
      case 'issue': {
        const held = await this.#issue(step);
        return { ...after, issued: new Map([...observed.issued, [step.request.name, held]]) };
      }
      case 'prepare':
        await this.#prepare(step);
        return unseen(after);
      case 'keepRoots':
      case 'rotate':
        this.#store(step.desired);
        return unseen(after);
      case 'write':
        this.#store(step.desired);
        return after;
      case 'change':
        for (const change of step.changes) {
          if (change.type === 'put') this.inventory.record(asObserved(change.object));
          else this.inventory.drop(change.ref);
        }
        return { ...after, reading: unread(observed), dataPlane: undefined };
      case 'deny':
        return this.#deny(step, observed, after);
      case 'leave':
        if (step.denies) this.denied = [];
        this.#leave(observed);
        return after;
      case 'removeUnused':
      case 'letGo':
        for (const { kind, metadata } of step.children)
          (kind === 'Secret' ? this.secrets : this.configMaps).delete(metadata.name);
        return after;
      case 'run':
        for (const object of step.objects) this.workload.set(object.kind, rolledOut(object));
        return { ...after, workload: undefined };
      case 'stop':
        this.workload.clear();
        return { ...after, workload: undefined };
      case 'hold':
        this.resource = this.#with({ finalizers: ['mtls-operator.dev/gateway'] });
        return after;
      default:
        return after;
    }
  }

  #leave({ owner }: Observed): void {
    for (const object of this.inventory.ownedBy(owner)) this.inventory.drop(object);
  }

  #deny(
    { part, denials, scope = 'all' }: Extract<Step, { do: 'deny' }>,
    observed: Observed,
    after: Observed,
  ): Observed {
    if (this.deniesNot !== undefined)
      return { ...observed, failed: new Map([...observed.failed, [part, this.deniesNot]]) };
    const others = scope === 'all' ? [] : this.deniedCertificates;
    this.denied = [...others, ...denials];
    return { ...after, denyList: undefined, dataPlane: undefined };
  }

  async #issue({ request, issuer, trustPem, crlPem, replaced, keyPem }: IssueStep): Promise<HeldCertificate> {
    const held = await issue(request, { ...issuer, keyPem }, this.#issuing);
    const content = { ...held, trustPem: trustPem ?? held.chainPem, crlPem, replaced };
    this.#store(certificateSecret(this.resource, request, content));
    return held;
  }

  async #prepare({ next, signing, place }: PrepareStep): Promise<void> {
    const held = 'brought' in next ? next.brought : await issue(next.issue, {}, this.#issuing);
    const crossPem = await crossCertify(held, signing, this.#issuing);
    const crossBackPem = await crossCertify(signing, held, this.#issuing);
    const other = { phase: 'next', held, crossPem, crossBackPem, leaves: [] } as const;
    this.#store(caSecret({ signing, other }, place, this.now));
  }

  get #issuing() {
    return { clock: { now: () => this.now }, randomBytes };
  }

  /** As a merge patch does it: what others have written on it stays. */
  #store({ metadata, ...child }: Secret | ConfigMap): void {
    const { name } = metadata;
    const children: Map<string, KubeObject> = child.kind === 'Secret' ? this.secrets : this.configMaps;
    const annotations = { ...children.get(name)?.metadata.annotations, ...metadata.annotations };
    children.set(name, { ...child, metadata: { ...metadata, annotations } });
  }

  #with(metadata: Partial<Resource<unknown>['metadata']>): Resource<unknown> {
    return { ...this.resource, metadata: { ...this.resource.metadata, ...metadata } };
  }

  /** The spec is edited, or the resource deleted. */
  edit({ spec, metadata = {} }: { readonly spec?: unknown; readonly metadata?: object }): void {
    const generation = this.resource.metadata.generation + 1;
    this.resource = { ...this.#with({ generation, ...metadata }), ...(spec === undefined ? {} : { spec }) };
  }
}

function asObserved({ kind, id, body, claims, isOpen, requests }: DesiredObject) {
  const wanted = { ...(claims && { claims }), ...(isOpen && { isOpen }), ...(requests && { requests }) };
  return { kind, id, body, labels: stringsOf(body['labels']), ...wanted };
}

/** Every pod of a Deployment is there at once. */
function rolledOut(object: KubeObject): KubeObject {
  const { replicas } = object['spec'] as { readonly replicas?: number };
  return { ...object, status: { replicas, updatedReplicas: replicas, availableReplicas: replicas } };
}
