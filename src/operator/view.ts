import type { ControllerLoad } from '../controller/controller.ts';
import type { WatchState } from '../kube/watch-state.ts';
import type { KubeObject } from '../model/kube-object.ts';
import type { OrphanState } from '../watch/orphan-watch.ts';
import type { EndpointState } from '../watch/reachability.ts';

/** What an operator is at this moment. Every property is computed when it is read. */
export interface OperatorView {
  readonly controllers: readonly { readonly name: string; readonly load: ControllerLoad }[];
  readonly watches: readonly WatchState[];
  /** Resources of both kinds and of this shard, as the watches last saw them. */
  readonly resources: readonly KubeObject[];
  /** Endpoints of gateways that were looked at; none on a standby. */
  readonly endpoints: readonly EndpointState[];
  /** Seconds by which its clock is ahead of the API server's; undefined while that is not known. */
  readonly clockSkew: number | undefined;
  /** Whether it writes anything by its clock. */
  readonly clockTrusted: boolean;
  /** Objects at gateways that have no owner any more; none on a standby. */
  readonly orphans: readonly OrphanState[];
  /** Whether every cache is filled. */
  readonly synced: boolean;
  /** Whether this process may act. */
  readonly leading: boolean;
  /** Whether it knows who leads: a standby that does not could not take over. */
  readonly leaseFresh: boolean;
  /** Whether it was told to stop. */
  readonly stopping: boolean;
}
