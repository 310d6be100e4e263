import { isDeepStrictEqual } from 'node:util';
import type { Denial, DenialScope, DenyList } from '../model/denial.ts';
import type { GatewayTraits, Reading } from '../model/gateway-reading.ts';
import type { Owner } from '../model/gateway-state.ts';
import { LiveInventory, refKey } from '../model/inventory.ts';
import { boundLabel, idLabel, labelledOwner, type MarkedOwner } from '../model/ownership.ts';
import {
  type DesiredObject,
  type ObservedObject,
  type RemoteRef,
  stringsOf,
  withoutKeys,
} from '../model/remote-object.ts';
import type { Gateway } from '../ports/gateway.ts';
import { type Monotonic, monotonic } from '../std/clock.ts';
import { toMilliseconds } from '../std/duration.ts';
import { type Failure, transient } from '../std/failure.ts';
import { isRejection, isRestricted, unrestricted, withoutPluginFailure } from './allow-list.ts';
import { isUnanswered } from './circuit.ts';
import type { GatewayGroup, OpenGroup } from './gateway-group.ts';
import { SharedDenials } from './shared-denials.ts';

type Edit = (inventory: LiveInventory) => void;

interface LiveReading extends Reading {
  readonly inventory: LiveInventory;
  readonly group: OpenGroup;
  /** When it began, in milliseconds: what changed since may not be in it. */
  readonly at: number;
  /** Milliseconds. */
  readonly took: number;
}

/** A reading is good for so many times as long as it took: reading is at most a tenth of the time. */
const timesItTook = 10;

interface Pending {
  readonly reading: Promise<LiveReading>;
  /** What we wrote while it was under way: it may have been read before or after that. */
  readonly edits: Edit[];
}

/** Whether what this owner has at a gateway is ours to keep. */
export type IsOurs = (owner: Omit<Owner, 'uid'>) => boolean;

export interface SharedGatewayOptions {
  /** How long a reading is good for, where nothing else is asked for. */
  readonly age: Temporal.Duration;
  /** Left out: all that carries our mark. */
  readonly isOurs?: IsOurs;
  readonly elapsed?: Monotonic;
}

/** One reading of a group for all of its resources, however many ask at once. */
export class SharedGateway implements Gateway {
  readonly #group: GatewayGroup;
  readonly #age: Temporal.Duration;
  readonly #isOurs: IsOurs;
  readonly #elapsed: Monotonic;
  readonly #denials: SharedDenials;
  #seen: LiveReading | undefined;
  /** What was opened last; good for writing also while nothing that was read is worth anything. */
  #opened: OpenGroup | undefined;
  #opening: Promise<OpenGroup> | undefined;
  #pending: Pending | undefined;
  /** Why the last reading had no answer. */
  #unanswered: Failure | undefined;

  constructor(group: GatewayGroup, { age, isOurs = () => true, elapsed }: SharedGatewayOptions) {
    this.#group = group;
    this.#age = age;
    this.#isOurs = isOurs;
    this.#elapsed = elapsed ?? monotonic;
    const rules = async () => (this.#opened ?? (await this.#open())).globalRules;
    this.#denials = new SharedDenials(group.label, rules, this.#elapsed);
  }

  get label(): string {
    return this.#group.label;
  }

  get caveats(): readonly string[] {
    return this.#group.caveats;
  }

  async describe(): Promise<GatewayTraits> {
    if (this.#opened !== undefined) return this.#opened;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  async observe(age = this.#age): Promise<LiveReading> {
    const seen = this.#seen;
    if (seen !== undefined && this.#elapsed() - seen.at < this.#usefulFor(seen, toMilliseconds(age))) return seen;
    if (this.#pending === undefined) return this.#start().reading;
    // One asks again; whoever else comes would hold a worker, that others need, until nothing is answered once more.
    if (this.#unanswered !== undefined) throw this.#unanswered;
    return this.#pending.reading;
  }

  /** The next one who asks reads anew, and whoever comes meanwhile waits for that: what was known is of the past. */
  forgetReading(): void {
    this.#dropReading();
    this.#unanswered = undefined;
  }

  async validate(objects: readonly DesiredObject[]): Promise<void> {
    const group = this.#opened ?? (await this.observe()).group;
    try {
      await group.validate(objects);
    } catch (error) {
      if (isRejection(error) && objects.some(isRestricted)) await this.#findPlugin(group, objects);
      throw error;
    }
  }

  /** Throws where the routes would be taken without the plugin that restricts them. */
  async #findPlugin(group: OpenGroup, objects: readonly DesiredObject[]): Promise<void> {
    await group.validate(unrestricted(objects));
    throw withoutPluginFailure(this.label);
  }

  async put(object: DesiredObject): Promise<void> {
    try {
      await this.#write((group) => group.put(object));
    } catch (error) {
      throw isRestricted(object) && isRejection(error) ? withoutPluginFailure(this.label) : error;
    }
    const observed = asObserved(object);
    this.#edit((inventory) => inventory.record(observed));
  }

  async read(ref: RemoteRef): Promise<readonly ObservedObject[]> {
    const group = this.#opened ?? (await this.observe()).group;
    return await group.read(ref);
  }

  async adopt(object: DesiredObject, from: ObservedObject): Promise<void> {
    const [present] = await this.read(from);
    if (!isDeepStrictEqual(present, from)) {
      throw transient('Conflict', `${refKey(from)} at ${this.label} was changed during the takeover`);
    }
    await this.#write((group) => group.replace(object, from.id));
    const observed = asObserved(object);
    const labels = { ...observed.labels, [idLabel]: object.id, [boundLabel]: from.id };
    this.#edit((inventory) => {
      inventory.drop(from);
      inventory.record({ ...observed, labels });
    });
  }

  async remove(ref: RemoteRef): Promise<void> {
    await this.#write((group) => group.remove(ref));
    this.#edit((inventory) => inventory.drop(ref));
  }

  denyList(): Promise<DenyList> {
    return this.#denials.list();
  }

  deny(owner: MarkedOwner, denials: readonly Denial[], now: Temporal.Instant, scope?: DenialScope): Promise<void> {
    return this.#denials.deny(owner, denials, now, scope);
  }

  #start(): Pending {
    const edits: Edit[] = [];
    const isLatest = () => this.#pending === pending;
    const pending: Pending = { reading: this.#finish(edits, isLatest), edits };
    this.#pending = pending;
    return pending;
  }

  async #finish(edits: readonly Edit[], isLatest: () => boolean): Promise<LiveReading> {
    try {
      const reading = await this.#read();
      for (const edit of edits) edit(reading.inventory);
      if (isLatest()) this.#seen = reading;
      this.#unanswered = undefined;
      return reading;
    } catch (error) {
      if (isLatest()) this.#unanswered = isUnanswered(error) ? error : undefined;
      throw error;
    } finally {
      if (isLatest()) this.#pending = undefined;
    }
  }

  async #read(): Promise<LiveReading> {
    const at = this.#elapsed();
    const group = await this.#open();
    const { dialect, groupId } = group;
    const objects = (await group.observe()).map((object) => this.#kept(object));
    const inventory = new LiveInventory(dialect.kinds, objects);
    return { group, dialect, groupId, inventory, at, took: this.#elapsed() - at };
  }

  /** Of what is not ours it is enough to know whose it is and what it claims: a group may hold much of others. */
  #kept(object: ObservedObject): ObservedObject {
    const owner = labelledOwner(object);
    return owner !== undefined && this.#isOurs(owner) ? object : { ...object, body: {} };
  }

  async #open(): Promise<OpenGroup> {
    const group = await this.#group.open();
    this.#opened = group;
    return group;
  }

  /**
   * Until which age a reading will do, in milliseconds. A group of ten thousand is read for longer than the youth that
   * some ask for; without a bound all who create something would wait for readings one after another.
   */
  #usefulFor({ took }: LiveReading, asked: number): number {
    if (asked === 0) return 0;
    return Math.max(asked, Math.min(timesItTook * took, toMilliseconds(this.#age)));
  }

  /** A write that failed may have landed all the same, or land later: what was read before is worth nothing. */
  async #write(request: (group: OpenGroup) => Promise<void>): Promise<void> {
    const group = this.#opened ?? (await this.observe()).group;
    try {
      await request(group);
    } catch (error) {
      this.#dropReading();
      throw error;
    }
  }

  #dropReading(): void {
    this.#seen = undefined;
    this.#pending = undefined;
  }

  #edit(edit: Edit): void {
    if (this.#seen !== undefined) edit(this.#seen.inventory);
    this.#pending?.edits.push(edit);
  }
}

/** The object as a look at the gateway would show it, but for what the gateway adds. */
function asObserved({ kind, id, body, claims, isOpen, requests, writeOnly }: DesiredObject): ObservedObject {
  const labels = stringsOf(body['labels']);
  const wanted = { ...(claims && { claims }), ...(isOpen && { isOpen }), ...(requests && { requests }) };
  return { kind, id, body: withoutKeys(body, writeOnly), labels, ...wanted };
}
