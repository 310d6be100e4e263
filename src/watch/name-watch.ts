import type { Reading } from '../model/gateway-reading.ts';
import { anew } from '../model/gateway-reading.ts';
import type { Owner } from '../model/gateway-state.ts';
import { refKey } from '../model/inventory.ts';
import { ownerKey } from '../model/ownership.ts';
import type { Taken } from '../plan/gateway/changes.ts';
import type { Gateway } from '../ports/gateway.ts';
import { jittered, type Random } from '../std/backoff.ts';
import { monotonic } from '../std/clock.ts';
import { seconds, shorter, toMilliseconds } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import { untilStopped } from '../std/until-aborted.ts';
import { pauses } from './pauses.ts';

interface Waiting {
  readonly owner: Owner;
  readonly taken: readonly Taken[];
}

export interface NameWatchOptions {
  /** How often every gateway group is looked at by others anyway; it is never looked at less often here. */
  readonly interval: Temporal.Duration;
  readonly random: Random;
  /** Has the resource reconciled, where there is one still. */
  readonly wake: (owner: Owner) => void;
}

/** Two looks are within the 30 s in which a name is to be served that somebody has let go. */
const lookEvery = seconds(15);

/** A group that takes long to read is read for a tenth of the time at most. */
const timesItTook = 10;

/**
 * Wakes resources that wait for a name which somebody else has at a gateway, as soon as that lets go of it: no event
 * tells. One look at a group for all who wait there, and none where nobody waits.
 */
export class NameWatch {
  readonly #options: NameWatchOptions;
  readonly #waiting = new Map<Gateway, Map<string, Waiting>>();
  /** In milliseconds. */
  readonly #restsUntil = new Map<Gateway, number>();

  constructor(options: NameWatchOptions) {
    this.#options = options;
  }

  /** From now on the owner waits for these names; for none, where the list is empty. */
  await(gateway: Gateway, owner: Owner, taken: readonly Taken[]): void {
    const owners = this.#waiting.get(gateway) ?? new Map<string, Waiting>();
    if (taken.length === 0) owners.delete(ownerKey(owner));
    else owners.set(ownerKey(owner), { owner, taken });
    if (owners.size === 0) this.#waiting.delete(gateway);
    else this.#waiting.set(gateway, owners);
  }

  /** Looks until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { interval, random } = this.#options;
    const every = shorter(interval, lookEvery);
    while (await pauses(toMilliseconds(jittered(every, random)), signal)) {
      const due = [...this.#waiting.keys()].filter((gateway) => (this.#restsUntil.get(gateway) ?? 0) <= monotonic());
      await untilStopped(Promise.all(due.map((gateway) => this.check(gateway))), signal);
    }
  }

  /** Looks at one group now. That one cannot be read is told elsewhere, and changes nothing here. */
  async check(gateway: Gateway): Promise<void> {
    const began = monotonic();
    try {
      this.#compare(gateway, await gateway.observe(anew));
      const ended = monotonic();
      this.#restsUntil.set(gateway, ended + timesItTook * (ended - began));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  #compare(gateway: Gateway, { inventory }: Reading): void {
    const holdersOf = ({ name, holder, place }: Taken) =>
      place === undefined ? inventory.claimants(holder.kind, name) : inventory.takersAt(place.host, place.path);
    const isStillTaken = (taken: Taken) => holdersOf(taken).some((object) => refKey(object) === refKey(taken.holder));
    for (const { owner, taken } of [...(this.#waiting.get(gateway)?.values() ?? [])]) {
      if (taken.every(isStillTaken)) continue;
      // Its reconcile says for what it waits from now on, and at which gateway.
      this.await(gateway, owner, []);
      this.#options.wake(owner);
    }
  }
}
