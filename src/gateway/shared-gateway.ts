import type { GatewayState, Owner } from '../model/gateway-state.ts';
import { type Inventory, LiveInventory } from '../model/inventory.ts';
import {
  type DesiredObject,
  type ObservedObject,
  type RemoteRef,
  stringsOf,
  withoutKeys,
} from '../model/remote-object.ts';
import { toMilliseconds } from '../std/duration.ts';
import type { Gateway } from './gateway.ts';
import type { GatewayGroup } from './gateway-group.ts';

/** Milliseconds on a clock that only goes forward. */
export type Elapsed = () => number;

type Edit = (inventory: LiveInventory) => void;

interface Reading {
  readonly inventory: Promise<Inventory>;
  /** What we wrote while it was under way: it may have been read before or after that. */
  readonly edits: Edit[];
}

/** One reading of a group for all of its resources, however many ask at once. */
export class SharedGateway implements Gateway {
  readonly #group: GatewayGroup;
  readonly #age: Temporal.Duration;
  readonly #elapsed: Elapsed;
  #seen: { readonly inventory: LiveInventory; readonly at: number } | undefined;
  #reading: Reading | undefined;

  constructor(group: GatewayGroup, age: Temporal.Duration, elapsed: Elapsed = () => performance.now()) {
    this.#group = group;
    this.#age = age;
    this.#elapsed = elapsed;
  }

  get label(): string {
    return this.#group.label;
  }

  groupId(): Promise<string> {
    return this.#group.groupId();
  }

  compile(state: GatewayState, owner: Owner): readonly DesiredObject[] {
    return this.#group.compile(state, owner);
  }

  async observe(age = this.#age): Promise<Inventory> {
    const seen = this.#seen;
    if (seen !== undefined && this.#elapsed() - seen.at < toMilliseconds(age)) return seen.inventory;
    return (this.#reading ?? this.#read()).inventory;
  }

  async put(object: DesiredObject): Promise<void> {
    await this.#write(this.#group.put(object));
    const observed = asObserved(object);
    this.#edit((inventory) => inventory.record(observed));
  }

  async remove(ref: RemoteRef): Promise<void> {
    await this.#write(this.#group.remove(ref));
    this.#edit((inventory) => inventory.drop(ref));
  }

  #read(): Reading {
    // Its age counts from its start: what changed meanwhile may not be in it.
    const at = this.#elapsed();
    const edits: Edit[] = [];
    const read = async () => {
      try {
        const inventory = new LiveInventory(this.#group.kinds, await this.#group.observe());
        for (const edit of edits) edit(inventory);
        if (this.#reading === reading) this.#seen = { inventory, at };
        return inventory;
      } finally {
        if (this.#reading === reading) this.#reading = undefined;
      }
    };
    const reading: Reading = { inventory: read(), edits };
    this.#reading = reading;
    return reading;
  }

  /** A write that failed may have landed all the same, or land later. */
  async #write(request: Promise<void>): Promise<void> {
    try {
      await request;
    } catch (error) {
      this.#seen = undefined;
      this.#reading = undefined;
      throw error;
    }
  }

  #edit(edit: Edit): void {
    if (this.#seen !== undefined) edit(this.#seen.inventory);
    this.#reading?.edits.push(edit);
  }
}

/** The object as a look at the gateway would show it, but for what the gateway adds. */
function asObserved({ kind, id, body, claims, writeOnly }: DesiredObject): ObservedObject {
  const labels = stringsOf(body['labels']);
  return { kind, id, body: withoutKeys(body, writeOnly), labels, ...(claims === undefined ? {} : { claims }) };
}
