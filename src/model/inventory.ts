import type { Owner } from './gateway-state.ts';
import { labelledOwner, labelledOwnerKey, type MarkedOwner, ownerKey } from './ownership.ts';
import type { ObservedObject, RemoteRef } from './remote-object.ts';

/** What a gateway group holds, indexed: a question about one owner costs no more than its own objects. */
export interface Inventory {
  /** Objects that carry the marks of this owner, each after those it refers to. */
  ownedBy(owner: Owner): readonly ObservedObject[];
  find(ref: RemoteRef): ObservedObject | undefined;
  /** Everybody whose marks an object carries, in whichever cluster. */
  owners(): readonly MarkedOwner[];
  /** Objects of the kind with that claim, and their rivals of other kinds; several where one may shadow another. */
  claimants(kind: string, claim: string): readonly ObservedObject[];
  /** Claims of such objects that a wildcard covers, which is one label more than its own. */
  claimsBelow(kind: string, wildcard: string): readonly string[];
  /** Routes that some operator of ours made and that take requests there; '' for every host. */
  takersAt(host: string, path: string): readonly ObservedObject[];
}

/** An inventory that is kept up to date with what was written since it was read. */
export class LiveInventory implements Inventory {
  readonly #kinds: readonly string[];
  readonly #objects = new Map<string, ObservedObject>();
  readonly #byOwner = new Index();
  readonly #byClaim = new Index();
  readonly #byPlace = new Index();

  /** `kinds` in the order of creation. */
  constructor(kinds: readonly string[], objects: readonly ObservedObject[]) {
    this.#kinds = kinds;
    for (const object of objects) this.record(object);
  }

  ownedBy(owner: Owner): readonly ObservedObject[] {
    const position = ({ kind }: RemoteRef) => this.#kinds.indexOf(kind);
    return this.#all(this.#byOwner.keys(ownerKey(owner))).sort((one, other) => position(one) - position(other));
  }

  find(ref: RemoteRef): ObservedObject | undefined {
    return this.#objects.get(refKey(ref));
  }

  owners(): readonly MarkedOwner[] {
    const firsts = this.#byOwner.values().flatMap((key) => this.#all(this.#byOwner.keys(key)).slice(0, 1));
    return firsts.flatMap((object) => labelledOwner(object) ?? []);
  }

  claimants(kind: string, claim: string): readonly ObservedObject[] {
    return this.#all(this.#byClaim.keys(claimKey(kind, claim)));
  }

  claimsBelow(kind: string, wildcard: string): readonly string[] {
    const [start, end] = [claimKey(kind, ''), wildcard.slice(1)];
    const names = this.#byClaim.values().filter((key) => key.startsWith(start) && key.endsWith(end));
    return names.map((key) => key.slice(start.length)).filter((name) => isOneLabel(name.slice(0, -end.length)));
  }

  takersAt(host: string, path: string): readonly ObservedObject[] {
    return this.#all(this.#byPlace.keys(placeKey(host, path)));
  }

  /** The object as it is now. */
  record(object: ObservedObject): void {
    this.drop(object);
    const key = refKey(object);
    this.#objects.set(key, object);
    for (const [index, value] of this.#entries(object)) index.add(value, key);
  }

  /** The object is there no longer. */
  drop(ref: RemoteRef): void {
    const object = this.find(ref);
    if (object === undefined) return;
    const key = refKey(ref);
    this.#objects.delete(key);
    for (const [index, value] of this.#entries(object)) index.remove(value, key);
  }

  #entries(object: ObservedObject): readonly (readonly [Index, string])[] {
    const { kind, claims = [], rivals } = object;
    const owner = rivals === undefined ? labelledOwnerKey(object) : undefined;
    const byClaim = claims.map((claim) => [this.#byClaim, claimKey(rivals ?? kind, claim)] as const);
    if (owner === undefined) return byClaim;
    const byPlace = placesOf(object).map((place) => [this.#byPlace, place] as const);
    return [[this.#byOwner, owner], ...byClaim, ...byPlace];
  }

  #all(keys: readonly string[]): ObservedObject[] {
    return keys.map((key) => this.#objects.get(key)).filter((object) => object !== undefined);
  }
}

class Index {
  readonly #keys = new Map<string, Set<string>>();

  keys(value: string): readonly string[] {
    return [...(this.#keys.get(value) ?? [])];
  }

  values(): readonly string[] {
    return [...this.#keys.keys()];
  }

  add(value: string, key: string): void {
    const keys = this.#keys.get(value) ?? new Set();
    this.#keys.set(value, keys.add(key));
  }

  remove(value: string, key: string): void {
    const keys = this.#keys.get(value);
    if (keys?.delete(key) && keys.size === 0) this.#keys.delete(value);
  }
}

/** Neither part can hold a slash where it matters: a kind never does. */
export function refKey({ kind, id }: RemoteRef): string {
  return `${kind}/${id}`;
}

function isOneLabel(text: string): boolean {
  return text !== '' && text !== '*' && !text.includes('.');
}

function claimKey(kind: string, claim: string): string {
  return `${kind}/${claim}`;
}

function placesOf({ requests }: ObservedObject): readonly string[] {
  if (requests === undefined) return [];
  const hosts = requests.hosts.length === 0 ? [''] : requests.hosts;
  return hosts.flatMap((host) => requests.paths.map((path) => placeKey(host, path)));
}

/** A host has no slash, and a path begins with one. */
function placeKey(host: string, path: string): string {
  return `${host}${path}`;
}
