import type { GatewayConfig } from '../api/operator-config.ts';
import type { Denial, DenialScope, DenyList } from '../model/denial.ts';
import type { GatewayTraits, Reading } from '../model/gateway-reading.ts';
import type { MarkedOwner } from '../model/ownership.ts';
import type { Adoptable, DesiredObject, ObservedObject, RemoteRef } from '../model/remote-object.ts';
import type { Tenancy } from '../model/tenancy.ts';

/**
 * The gateway room: Admin APIs behind one contract. It turns the neutral model into a vendor's objects, reads and
 * writes them, and never decides what should be there. What it throws is a `Failure` whose message holds no header,
 * body or token; the library's own errors end here.
 */

/** One gateway group at one control plane, shared by all resources that use it. */
export interface Gateway {
  /** `gateway/group`, as people write it. */
  readonly label: string;
  /** What a person should know of the way to it, as ends of a sentence. */
  readonly caveats: readonly string[];
  /** As it was when it was last looked at, or else asked for now; fails as `observe` does. */
  describe(): Promise<GatewayTraits>;
  /**
   * Everything in the group that could be ours or stand in our way, and how to speak to it, not older than `age`, by
   * default the drift interval, or than ten times what the last reading took, where `age` is not zero. All who ask share
   * one reading, which follows our own writes; after a write that failed the next one who asks reads anew, since nobody
   * knows what became of it. Reads only. Absence means absence: a list that could not be read whole is a failure, never a
   * shorter list. It fails too when the group does not exist or the version is too old.
   */
  observe(age?: Temporal.Duration): Promise<Reading>;
  /**
   * Asks the control plane whether it would take the objects, where its version can be asked. Changes nothing; a
   * permanent failure says in which collection something would be refused.
   */
  validate(objects: readonly DesiredObject[]): Promise<void>;
  /**
   * Creates or replaces the object under our id. Idempotent, and repeated after a broken connection; not after a
   * deadline: what was not answered in time may still land, so the caller observes again first.
   */
  put(object: DesiredObject): Promise<void>;
  /**
   * The object as it stands there now, whole, also where it is of others; behind a service its routes. Empty: there is no
   * such object in the group. Reads only.
   */
  read(ref: RemoteRef): Promise<readonly ObservedObject[]>;
  /**
   * Puts the object in the place of one that somebody else made, by one request to the id which that has; from then on it
   * is the object of ours, under that id. Throws a transient `Conflict` where it is no longer as `from` says, and has
   * changed nothing then. Between that look and the request nobody can be kept out: no control plane has a condition.
   */
  adopt(object: DesiredObject, from: ObservedObject): Promise<void>;
  /** Removes the object; one that is already gone is a success. Idempotent. */
  remove(ref: RemoteRef): Promise<void>;
  /** Which revoked client certificates the group refuses, as it was within the last seconds. Reads only. */
  denyList(): Promise<DenyList>;
  /**
   * Has the group refuse these for the owner, in place of all in the scope, and for others what it did before. Looks again afterwards: throws a permanent
   * failure where somebody else's rule is in the way, and leaves that alone; where both are there, of which none would
   * run, ours goes. Throws a transient `Conflict` where another process has written at the same moment.
   */
  deny(owner: MarkedOwner, denials: readonly Denial[], now: Temporal.Instant, scope?: DenialScope): Promise<void>;
}

export interface GatewayRef {
  readonly name: string;
  readonly group: string;
}

/** A gateway with what the administrator says of it. */
export interface ConfiguredGateway {
  readonly gateway: Gateway;
  readonly dataPlane: GatewayConfig['dataPlane'];
  readonly longestConnection?: GatewayConfig['longestConnection'];
}

/** The gateways of the operator's configuration, as those see them who use one. */
export interface UsableGateways {
  /** Fails with a permanent failure when the name is unknown or the namespace may not use it. */
  resolve(ref: GatewayRef, namespace: string): ConfiguredGateway;
  /** To take away what is ours: that needs no permission, which may have been withdrawn since. `field` names it. */
  resolveUsed(ref: GatewayRef, field: string): Gateway;
  /** Whether `resolve` would give a gateway. */
  mayUse(ref: Pick<GatewayRef, 'name'>, namespace: string): boolean;
  /** What the administrator gives to whom there; undefined where nothing is said of it. */
  tenancyAt(ref: Pick<GatewayRef, 'name'>): Tenancy | undefined;
  /** Whether resources of the namespace may take these objects over; see `adoption` of the configuration. */
  mayAdopt(ref: Pick<GatewayRef, 'name'>, namespace: string, object: Adoptable): boolean;
}
