import type { GatewayState, Owner } from '../model/gateway-state.ts';
import type { DesiredObject, ObservedObject, RemoteRef } from '../model/remote-object.ts';

/** What a flavour gives for one gateway group: requests as they are, nothing remembered but the id of the group. */
export interface GatewayGroup {
  /** `gateway/group`, as people write it. */
  readonly label: string;
  /** Collections in the order of creation. */
  readonly kinds: readonly string[];
  groupId(): Promise<string>;
  compile(state: GatewayState, owner: Owner): readonly DesiredObject[];
  /** Everything that could be ours or stand in our way. A list that could not be read whole is a failure. */
  observe(): Promise<readonly ObservedObject[]>;
  put(object: DesiredObject): Promise<void>;
  remove(ref: RemoteRef): Promise<void>;
}
