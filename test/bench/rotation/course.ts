import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from './caller.ts';
import type { ClientName, Combination } from './combinations.ts';
import { Killing, type KillState } from './killing.ts';
import type { Outage } from './outage.ts';
import type { BenchResource, Phase } from './resource.ts';
import type { Stage } from './stage.ts';
import type { Tallies } from './tallies.ts';
import type { Traffic } from './traffic.ts';

export interface Play {
  readonly combination: Combination;
  readonly does: 'rotation' | 'rollback';
  readonly outage: Outage;
  readonly rate: number;
  readonly random: () => number;
  readonly tallies: Tallies;
}

const patience = 120_000;
const rotate = 'mtls-operator.dev/rotate-ca';
const without = 'mtls-operator.dev/retire-without';
/** Of those that are taken back. */
const earlyShare = 1 / 3;
let orders = 0;

interface Parts {
  readonly resource: BenchResource;
  readonly callers: ReadonlyMap<ClientName | 'anybody', Caller>;
  readonly traffic: Traffic;
  readonly stage: Stage;
}

/** What becomes of an order, with everybody who acts meanwhile. */
export class Course {
  readonly #play: Play;
  readonly #parts: Parts;
  readonly #killing: Killing;
  readonly #loaded = new Map<ClientName, string>();
  /** Taken back before the next CA has signed anything. */
  readonly #isEarly: boolean;
  #isAborted = false;

  constructor(wanted: Play, parts: Parts) {
    this.#play = wanted;
    this.#parts = parts;
    this.#isEarly = wanted.random() < earlyShare;
    this.#killing = new Killing(parts.stage.operator, wanted.random);
  }

  async run(): Promise<readonly KillState[]> {
    const { resource } = this.#parts;
    const { signing } = await resource.ca();
    orders += 1;
    await resource.annotate({ [rotate]: `bench ${orders}`, [without]: null });
    const deadline = performance.now() + patience;
    while (!(await this.#isOver(signing))) {
      if (performance.now() > deadline)
        throw new Error(`no end: ${JSON.stringify({ ...(await resource.status()), certificates: undefined })}`);
      await this.#step();
      await sleep(20);
    }
    await resource.annotate({ [without]: null });
    return this.#killing.kills;
  }

  /** Another CA signs after a rotation, and the same one after one that was taken back. */
  async #isOver(before: string): Promise<boolean> {
    const { resource } = this.#parts;
    const { phase, signing } = await resource.ca();
    const isBack = this.#play.does === 'rollback';
    if (phase !== undefined || (signing === before) !== isBack || (isBack && !this.#isAborted)) return false;
    return (await resource.status()).rotation === undefined && (await resource.isReady());
  }

  async #step(): Promise<void> {
    const { resource } = this.#parts;
    const { phase } = await resource.ca();
    if (this.#wantsAbort(phase)) await this.#abort();
    await this.#killing.at(phase);
    if (this.#play.combination.kind === 'MtlsUpstream') return;
    await this.#follow('once');
    const { rotation } = await resource.status();
    if (rotation?.state !== 'Drained') return;
    await this.#killing.at('Drained');
    if (this.#play.does === 'rollback' && !this.#isAborted) return this.#abort();
    await this.#follow('late');
    if (rotation.waitsFor.every((what) => what.includes('client never'))) await this.#goOnWithoutNever();
  }

  /** An MtlsUpstream waits for nobody: whoever wants it back has to be quick. */
  #wantsAbort(phase: Phase | undefined): boolean {
    const { does, combination } = this.#play;
    if (does !== 'rollback' || this.#isAborted) return false;
    return phase === 'next' ? this.#isEarly : phase === 'previous' && combination.kind === 'MtlsUpstream';
  }

  async #abort(): Promise<void> {
    this.#isAborted = true;
    orders += 1;
    await this.#parts.resource.annotate({ [rotate]: `abort ${orders}` });
  }

  /** Loads what is in its Secret where that is new, and says so. */
  async #follow(name: ClientName): Promise<void> {
    const { resource, callers } = this.#parts;
    const pair = await resource.pairOf(name);
    if (this.#loaded.get(name) === pair.cert) return;
    callers.get(name)?.use(pair);
    await resource.acknowledge(name, pair);
    this.#loaded.set(name, pair.cert);
  }

  /** It is cut off by that where the CA of its certificate goes. */
  async #goOnWithoutNever(): Promise<void> {
    const { callers, traffic, resource } = this.#parts;
    const never = callers.get('never');
    if (never !== undefined && this.#play.does === 'rotation') traffic.leave(never);
    await sleep(200);
    await resource.annotate({ [without]: 'never: it follows never' });
  }
}
