import type { GatewayState, Owner } from './gateway-state.ts';
import type { DesiredObject } from './remote-object.ts';

/** How the objects of one product and version look. Pure. */
export interface Dialect {
  /** As people call it: `API7 Enterprise 3.10.1`. */
  readonly product: string;
  /** Collections in the order of creation: each refers only to earlier ones. */
  readonly kinds: readonly string[];
  /** The objects that carry a neutral state, each after those it refers to. */
  compile(state: GatewayState, owner: Owner): readonly DesiredObject[];
  /** Takes a second object with a name that another one has, so that one of them shadows the other. */
  readonly letsNamesShadow?: boolean;
  /** Can be asked before a write whether it would take it. */
  readonly validates?: boolean;
  /** What of this state it cannot be told, and what helps, as sentences that name the field: nothing of it is sent then. */
  unsupported(state: GatewayState): readonly string[];
  /** What of such a state this gateway cannot enforce, and what helps; sentences without a final period. */
  unenforced(kind: GatewayState['kind']): readonly string[];
}
