import type { Told } from '../events/about.ts';
import type { Logger } from '../log.ts';
import type { Reading } from '../model/gateway-reading.ts';
import { anew } from '../model/gateway-reading.ts';
import { type Inventory, refKey } from '../model/inventory.ts';
import type { MarkedOwner } from '../model/ownership.ts';
import { gatewayChanges } from '../plan/gateway/changes.ts';
import type { Gateway } from '../ports/gateway.ts';
import { jittered, type Random } from '../std/backoff.ts';
import { toMilliseconds } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import { untilStopped } from '../std/until-aborted.ts';
import { pauses } from './pauses.ts';

export interface OrphanWatchOptions {
  readonly interval: Temporal.Duration;
  /** What the administrator wants done with them. */
  readonly policy: 'Report' | 'Remove';
  readonly random: Random;
  readonly log: Logger;
  /** Groups to look at. */
  readonly gateways: () => readonly Gateway[];
  /** Whether a resource of that name would be ours to look after, and the watches know of none. */
  readonly isMissed: (owner: MarkedOwner) => boolean;
  /** Whether the API server has no such resource now: a watch may be behind. */
  readonly isGone: (owner: MarkedOwner, signal: AbortSignal) => Promise<boolean>;
  /** Has a resource of that name reconciled, which may be there again. */
  readonly wake: (owner: MarkedOwner) => void;
  readonly tell: (gateway: string, told: Told) => void;
}

/** Objects at one gateway group whose owner is gone. */
export interface OrphanState {
  /** As `gateway/group`. */
  readonly gateway: string;
  readonly objects: number;
}

/** Owners whose objects are removed by one look: the next does the rest. */
const removedAtMost = 100;

const namedAtMost = 5;

/**
 * Finds what operators of this cluster left at gateways without an owner: by `deletionPolicy: Retain`, by a deletion that
 * was given up, or by a resource that went without its finalizer. It still serves, and nobody renews it. A resource of the
 * same name takes it back; nothing else does, and it is removed by the word of the administrator alone.
 */
export class OrphanWatch {
  readonly #options: OrphanWatchOptions;
  readonly #found = new Map<string, readonly string[]>();

  constructor(options: OrphanWatchOptions) {
    this.#options = options;
  }

  /** Of every group that was looked at. */
  get states(): readonly OrphanState[] {
    return [...this.#found].map(([gateway, { length: objects }]) => ({ gateway, objects }));
  }

  /** Looks until `signal` aborts, and not at the start, which has enough to do. A reading is shared with who compares. */
  async run(signal: AbortSignal): Promise<void> {
    const { interval, random, gateways } = this.#options;
    while (await pauses(toMilliseconds(jittered(interval, random)), signal)) {
      await untilStopped(Promise.all(gateways().map((gateway) => this.check(gateway, signal))), signal);
    }
  }

  /** Looks at one group. That one cannot be read is told elsewhere, and changes nothing here. */
  async check(gateway: Gateway, signal: AbortSignal): Promise<void> {
    try {
      // What an older reading shows may have been removed since, by another process.
      const isWorthALook = this.#missedIn(await gateway.observe()).length > 0;
      const { inventory } = await gateway.observe(isWorthALook ? anew : undefined);
      if (this.#options.policy === 'Remove') await this.#removeAll(gateway, inventory, signal);
      this.#note(gateway, inventory);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#options.log.debug({ gateway: gateway.label, reason: error.reason }, 'could not look for orphaned objects');
    }
  }

  #missedIn(reading: Pick<Reading, 'inventory'>): readonly MarkedOwner[] {
    return reading.inventory.owners().filter(this.#options.isMissed);
  }

  async #removeAll(gateway: Gateway, inventory: Inventory, signal: AbortSignal): Promise<void> {
    const { isMissed, isGone, log, tell, wake } = this.#options;
    const removed: MarkedOwner[] = [];
    for (const owner of this.#missedIn({ inventory }).slice(0, removedAtMost)) {
      if (!isMissed(owner) || !(await isGone(owner, signal))) continue;
      await removeFrom(gateway, inventory, owner, signal);
      log.info({ gateway: gateway.label, owner: describe(owner) }, 'removed orphaned objects');
      removed.push(owner);
      wake(owner);
    }
    if (removed.length === 0) return;
    const note = `At ${gateway.label}: removed the orphaned objects of ${list(removed)}`;
    tell(gateway.label, { type: 'Normal', reason: 'OrphansRemoved', action: 'Remove', note });
  }

  /** Told once, and again when it is something else. */
  #note(gateway: Gateway, inventory: Inventory): void {
    const owners = this.#missedIn({ inventory });
    const objects = owners.flatMap((owner) => inventory.ownedBy({ ...owner, uid: '' }).map(refKey));
    const before = this.#found.get(gateway.label)?.join();
    this.#found.set(gateway.label, objects);
    if (objects.length === 0 || objects.join() === before) return;
    const { log, tell } = this.#options;
    log.warn({ gateway: gateway.label, objects: objects.slice(0, namedAtMost) }, 'found orphaned objects');
    const note = `At ${gateway.label}: ${objects.length} objects are orphaned; they were of ${list(owners)}`;
    tell(gateway.label, { type: 'Warning', reason: 'OrphansFound', action: 'Compare', note });
  }
}

async function removeFrom(gateway: Gateway, inventory: Inventory, owner: MarkedOwner, signal: AbortSignal) {
  for (const change of gatewayChanges(inventory, [], { ...owner, uid: '' })) {
    signal.throwIfAborted();
    if (change.type === 'remove') await gateway.remove(change.ref);
  }
}

function list(owners: readonly MarkedOwner[]): string {
  const more = owners.length > namedAtMost ? ` and ${owners.length - namedAtMost} more` : '';
  return owners.slice(0, namedAtMost).map(describe).join(', ') + more;
}

function describe({ kind, namespace, name }: MarkedOwner): string {
  return `${kind} ${namespace}/${name}`;
}
