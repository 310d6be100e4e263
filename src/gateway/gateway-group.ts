import type { Dialect } from '../model/dialect.ts';
import type { DesiredObject, JsonObject, ObservedObject, RemoteRef } from '../model/remote-object.ts';

/** What a flavour gives for one gateway group: requests as they are, with no reading kept. */
export interface GatewayGroup {
  /** `gateway/group`, as people write it. */
  readonly label: string;
  readonly caveats: readonly string[];
  /** Finds out the version and the group. Anew before each reading: gateways are upgraded, groups are made again. */
  open(): Promise<OpenGroup>;
}

export interface OpenGroup {
  readonly dialect: Dialect;
  readonly groupId: string | undefined;
  /** Everything that could be ours or stand in our way. A list that could not be read whole is a failure. */
  observe(): Promise<readonly ObservedObject[]>;
  /** Asks whether the objects would be taken, where the version can be asked; throws a permanent failure if not. */
  validate(objects: readonly DesiredObject[]): Promise<void>;
  put(object: DesiredObject): Promise<void>;
  /** See `Gateway`. */
  read(ref: RemoteRef): Promise<readonly ObservedObject[]>;
  /** By one request, without a look. */
  replace(object: DesiredObject, id: string): Promise<void>;
  remove(ref: RemoteRef): Promise<void>;
  readonly globalRules: GlobalRules;
}

/** The global rules of a group, and the one in which we refuse revoked certificates. */
export interface GlobalRules {
  /** The id of ours. */
  readonly ruleId: string;
  /** All, whole. */
  list(): Promise<readonly JsonObject[]>;
  put(body: JsonObject): Promise<void>;
  remove(): Promise<void>;
}
