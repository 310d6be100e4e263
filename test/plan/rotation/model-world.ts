import assert from 'node:assert/strict';
import type { Step } from '../../../src/plan/steps.ts';
import { transient } from '../../../src/std/failure.ts';
import type { Rehearsal } from '../rehearse.ts';
import { aGateway, annotate, anUpstream, certificates, generationsIn, rotateCa, secret, text } from './given.ts';
import type { Coverage, Fault, State } from './model-coverage.ts';
import { Client, Nginx } from './parties.ts';

export const kinds = ['MtlsGateway', 'MtlsUpstream'] as const;
export type WorldKind = (typeof kinds)[number];

export type Phase = 'next' | 'previous' | 'retired';

/** What the Secret of the CA holds. */
export interface Generations {
  readonly phase: Phase | undefined;
  readonly signing: string;
  /** Empty where there is none. */
  readonly other: string;
}

/** How a reconcile ends before its time, or meets a refusal; by default it does neither. */
export interface Ending {
  readonly plans?: number;
  /** Killed after so many writes, to whomever. */
  readonly writes?: number;
  /** The API server refuses the write of that number. */
  readonly refused?: number;
}

/** More plans than a reconcile is allowed. */
const settles = 50;
const wrong = transient('NotEnforced', 'The gateway rejected it');
const away = transient('GatewayUnavailable', 'The gateway does not answer');
const refusal = transient('ApiServerUnavailable', 'The API server does not answer');
const writesOfChildren: readonly Step['do'][] = ['issue', 'prepare', 'rotate', 'write'];

class Killed extends Error {}

/** One resource with the parties that concern it, each of which acts when it likes. */
export class World {
  readonly rehearsal: Rehearsal;
  readonly clients: readonly Client[];
  readonly nginx: Nginx | undefined;
  readonly #ca: string;
  readonly #coverage: Coverage;
  #fault: Extract<Fault, 'none' | 'gateway away' | 'data plane wrong'> = 'none';
  #orders = 0;

  private constructor(kind: WorldKind, coverage: Coverage) {
    const isGateway = kind === 'MtlsGateway';
    this.rehearsal = isGateway ? aGateway() : anUpstream();
    const [curl, app] = [{ trustsOne: false }, { trustsOne: true }];
    this.clients = isGateway ? [new Client('test-com-curl', curl), new Client('test-com-app', app)] : [];
    this.nginx = isGateway ? undefined : new Nginx();
    this.#ca = isGateway ? 'test-com-ca' : 'mtls-nginx-ca';
    this.#coverage = coverage;
  }

  /** Whose parties have loaded what they were given first. */
  static async begun(kind: WorldKind, coverage: Coverage): Promise<World> {
    const world = new World(kind, coverage);
    const { rehearsal, nginx, clients } = world;
    if (nginx !== undefined) rehearsal.nginx = (question) => [nginx.look(question, rehearsal.now)];
    await rehearsal.run();
    for (const client of clients) client.follow(rehearsal, false);
    nginx?.load(rehearsal);
    await rehearsal.run();
    return world;
  }

  get fault() {
    return this.#fault;
  }

  set fault(fault) {
    this.#fault = fault;
    this.rehearsal.dataPlane = () => (fault === 'data plane wrong' ? { wrong } : {});
    this.rehearsal.fails = this.#failure();
  }

  /** As the Secret of the CA says, and as far as the status does. */
  get state(): State {
    const { phase } = this.generations;
    const told = this.rehearsal.resource.status.rotation?.state;
    if (phase === 'next') return told === 'Trusted' ? 'Trusted' : 'Prepared';
    if (phase === 'previous') return told === 'Drained' ? 'Drained' : 'Switched';
    return phase === 'retired' ? 'Retired' : 'Stable';
  }

  get generations(): Generations {
    const [key = ''] = generationsIn(this.rehearsal, this.#ca).filter((one) => one.endsWith('-ca.crt'));
    const phase = (['next', 'previous', 'retired'] as const).find((one) => key === `${one}-ca.crt`);
    const pem = (name: string) => text(this.rehearsal, this.#ca, name);
    return { phase, signing: pem('tls.crt'), other: phase === undefined ? '' : pem(key) };
  }

  order(word: string): void {
    this.#orders += 1;
    annotate(this.rehearsal, { [rotateCa]: `${word} ${this.#orders}` });
  }

  orderNothing(): void {
    const { [rotateCa]: _, ...annotations } = this.rehearsal.resource.metadata.annotations ?? {};
    this.rehearsal.edit({ metadata: { annotations } });
  }

  /** Gives whether it came to its end; `seen` after each step. */
  async reconcile(ending: Ending, seen: () => void): Promise<boolean> {
    this.#coverage.note(this.state, this.#fault);
    const { plans = settles, writes = Number.POSITIVE_INFINITY, refused } = ending;
    let left = writes;
    this.rehearsal.fails = this.#failure(refused);
    const isEnded = await this.rehearsal
      .runUntilKilled(plans, () => {
        seen();
        left -= 1;
        if (left <= 0) throw new Killed();
      })
      .catch((error: unknown) => {
        if (error instanceof Killed) return false;
        throw error;
      });
    this.rehearsal.fails = this.#failure();
    if (!isEnded) {
      assert.ok(plans < settles || left <= 0, 'it does not come to its end');
      this.#coverage.note(this.state, 'killed');
    }
    return isEnded;
  }

  /** Somebody takes the key of the CA that does not sign out of its Secret. */
  loseKey(): void {
    const { phase } = this.generations;
    if (phase === undefined) return;
    this.#coverage.note(this.state, 'key lost');
    const seen = secret(this.rehearsal, this.#ca);
    const { [`${phase}-ca.key`]: _, ...data } = seen.data ?? {};
    this.rehearsal.secrets.set(this.#ca, { ...seen, data });
  }

  /** The one that signs vouches for nobody any more. */
  isOver({ signing }: Generations): boolean {
    const [ca] = certificates(signing);
    return ca === undefined || Temporal.Instant.compare(ca.notAfter, this.rehearsal.now) < 0;
  }

  #failure(refused = 0): Rehearsal['fails'] {
    let count = 0;
    return ({ do: what }) => {
      if (what === 'change') return this.#fault === 'gateway away' ? away : undefined;
      if (!writesOfChildren.includes(what)) return undefined;
      count += 1;
      if (count !== refused) return undefined;
      this.#coverage.note(this.state, 'a write refused');
      return refusal;
    };
  }
}
