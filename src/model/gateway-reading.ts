import { seconds } from '../std/duration.ts';
import type { Dialect } from './dialect.ts';
import type { Inventory } from './inventory.ts';

/** What a gateway group is, whatever it holds. */
export interface GatewayTraits {
  readonly dialect: Dialect;
  /** Id of the group at the control plane, where it has groups. */
  readonly groupId: string | undefined;
}

/** One look at a gateway group. Its inventory follows what we write. */
export interface Reading extends GatewayTraits {
  readonly inventory: Inventory;
}

/** The age of a reading that must begin now. */
export const anew = seconds(0);
