import type { AdminAddress } from './admin-door.ts';
import type { Port } from './run.ts';

/** A gateway that is asked: a live one, or a stand-in that is taken for one. */
export interface Target {
  readonly type: 'api7-ee' | 'apisix';
  readonly admin: AdminAddress;
  readonly tokenFile: string;
  readonly caFile?: string;
  readonly https: Port;
  readonly http: Port;
  /** Address of this machine as the gateway sees it. */
  readonly upstreamHost: string;
  /** The gateway group behind the two ports. */
  readonly group: string;
  /** Only their Admin API is asked. */
  readonly furtherGroups: readonly string[];
}
