import { recordEventOfOwner, type Teller } from '../events/about.ts';
import type { Logger } from '../log.ts';
import { anew } from '../model/gateway-reading.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { Inventory } from '../model/inventory.ts';
import { ownerKey } from '../model/ownership.ts';
import { type DesiredObject, withoutKeys } from '../model/remote-object.ts';
import { findDrift } from '../plan/gateway/changes.ts';
import type { Gateway } from '../ports/gateway.ts';
import { jittered, type Random } from '../std/backoff.ts';
import type { Clock } from '../std/clock.ts';
import { toMilliseconds } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import { untilStopped } from '../std/until-aborted.ts';
import { Debouncer } from './debouncer.ts';
import { pauses } from './pauses.ts';

interface Expectation {
  readonly owner: Owner;
  readonly desired: readonly DesiredObject[];
}

export interface DriftWatchOptions extends Teller {
  readonly interval: Temporal.Duration;
  /** When so long nothing more was taken over, a start is through; by default half a second. */
  readonly calm?: Temporal.Duration;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Has the resource reconciled; false where there is none any more. */
  readonly wake: (owner: Owner) => boolean;
}

/**
 * Finds what somebody else changed at gateways: one look at each group per interval, whatever the number of resources.
 * It wakes the resources whose objects are no longer as they were left, and no other; what to do is for them to decide.
 */
export class DriftWatch {
  readonly #options: DriftWatchOptions;
  readonly #expected = new Map<Gateway, Map<string, Expectation>>();
  readonly #told = new Map<Gateway, string>();
  /** What was last told of owners in whose way an object of others is, which no reconcile takes out of it. */
  readonly #obstructed = new Map<Gateway, Map<string, string>>();
  /** Where objects are expected that this process has never looked at. */
  readonly #unseen: Debouncer<Gateway>;

  constructor(options: DriftWatchOptions) {
    this.#options = options;
    this.#unseen = new Debouncer(options.calm ?? Temporal.Duration.from({ milliseconds: 500 }));
  }

  /**
   * From now on the objects of this owner are compared with these. Keys are not kept: the hash in the labels stands for
   * them. Those that are `unseen` are looked at as soon as no more of them come.
   */
  expect(gateway: Gateway, owner: Owner, desired: readonly DesiredObject[], which: 'seen' | 'unseen' = 'seen'): void {
    const readable = desired.map((object) => ({ ...object, body: withoutKeys(object.body, object.writeOnly) }));
    const owners = this.#expected.get(gateway) ?? new Map();
    this.#expected.set(gateway, owners.set(ownerKey(owner), { owner, desired: readable }));
    if (which === 'unseen') this.#unseen.add(gateway);
  }

  /** We are about to change objects of this owner: until they are expected anew, no difference is anybody else's doing. */
  suspend(gateway: Gateway, owner: Owner): void {
    this.#expected.get(gateway)?.delete(ownerKey(owner));
  }

  /** The gateway is to hold nothing of this owner. */
  forget(gateway: Gateway, owner: Owner): void {
    this.suspend(gateway, owner);
    this.#obstructed.get(gateway)?.delete(ownerKey(owner));
  }

  /** Looks until `signal` aborts. A look that is under way then changes nothing: a stop does not wait for it. */
  async run(signal: AbortSignal): Promise<void> {
    const looking = Promise.all([this.#lookAtIntervals(signal), this.#lookAtUnseen(signal)]);
    await untilStopped(looking, signal);
  }

  /** Looks at one group now. A look that fails is told once: its resources say so when they have something to do. */
  async check(gateway: Gateway): Promise<void> {
    const expected = this.#expected.get(gateway);
    if (expected === undefined || expected.size === 0) return;
    try {
      const { inventory } = await gateway.observe(anew);
      this.#told.delete(gateway);
      for (const expectation of expected.values()) this.#compare(gateway, inventory, expectation);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#tell(gateway, error);
    }
  }

  async #lookAtIntervals(signal: AbortSignal): Promise<void> {
    const { interval, random } = this.#options;
    while (await pauses(toMilliseconds(jittered(interval, random)), signal)) {
      await Promise.all([...this.#expected.keys()].map((gateway) => this.check(gateway)));
    }
  }

  /** A start takes over one resource after another: one look for all of them, when it is through. */
  async #lookAtUnseen(signal: AbortSignal): Promise<void> {
    for await (const gateways of this.#unseen.batches(signal)) {
      await Promise.all(gateways.map((gateway) => this.check(gateway)));
    }
  }

  #compare(gateway: Gateway, observed: Inventory, { owner, desired }: Expectation): void {
    const { conflict, changes } = findDrift(observed, desired, owner, this.#options.clock.now());
    const drifted = conflict === undefined ? changes : [conflict, ...changes];
    const isNew = this.#isNew(gateway, owner, conflict === undefined ? '' : drifted.join(', '));
    if (changes.length === 0 && (conflict === undefined || !isNew)) return;
    if (!this.#options.wake(owner)) this.forget(gateway, owner);
    else if (conflict === undefined || isNew) this.#tellDrift(gateway, owner, drifted);
  }

  #tellDrift(gateway: Gateway, owner: Owner, drifted: readonly string[]): void {
    const { kind, namespace, name } = owner;
    this.#options.log.info({ gateway: gateway.label, kind, namespace, name, drifted }, 'found drift at a gateway');
    const note = `At ${gateway.label}: ${drifted.join(', ')}`;
    recordEventOfOwner(owner, { type: 'Warning', reason: 'DriftFound', action: 'Compare', note }, this.#options);
  }

  /** Whether the owner is obstructed otherwise than at the last look; an empty text is nothing in its way. */
  #isNew(gateway: Gateway, owner: Owner, obstruction: string): boolean {
    const known = this.#obstructed.get(gateway) ?? new Map<string, string>();
    const isNew = (known.get(ownerKey(owner)) ?? '') !== obstruction;
    if (obstruction === '') known.delete(ownerKey(owner));
    else known.set(ownerKey(owner), obstruction);
    this.#obstructed.set(gateway, known);
    return isNew;
  }

  #tell(gateway: Gateway, { reason, message }: Failure): void {
    if (this.#told.get(gateway) === message) return;
    this.#told.set(gateway, message);
    this.#options.log.warn({ gateway: gateway.label, reason, message }, 'could not compare the gateway');
  }
}
