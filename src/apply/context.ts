import type { EventRecorder } from '../events/recorder.ts';
import type { Issuing } from '../issuing/issue.ts';
import type { KeyMaking } from '../issuing/make-key.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { ConfigMap, KubeObject, Secret } from '../model/kube-object.ts';
import type { DesiredObject } from '../model/remote-object.ts';
import type { Taken } from '../plan/gateway/changes.ts';
import type { Gateway, UsableGateways } from '../ports/gateway.ts';
import type { Objects, Store } from '../ports/objects.ts';

/**
 * The apply room: one performer for each kind of step, and the only writer to the API server and to gateways. It decides
 * nothing. Everything outside is reached through this.
 */
export interface Applying extends Issuing, KeyMaking {
  readonly log: Logger;
  /** Aborts when the time is up; ends what is under way, writes too. */
  readonly signal: AbortSignal;
  readonly kube: Objects;
  readonly resources: Store<KubeObject>;
  readonly secrets: Store<Secret, 'owner'>;
  readonly configMaps: Store<ConfigMap, 'owner'>;
  readonly gateways: UsableGateways;
  readonly events: Pick<EventRecorder, 'record'>;
  /** Knows whether the clock can be trusted. */
  readonly clockWatch: { find(): string | undefined };
  /** Finds what others changed at gateways, and wakes the resource. */
  readonly drift: {
    expect(gateway: Gateway, owner: Owner, desired: readonly DesiredObject[], which?: 'seen' | 'unseen'): void;
    suspend(gateway: Gateway, owner: Owner): void;
    forget(gateway: Gateway, owner: Owner): void;
  };
  /** Finds what others let go at gateways, and wakes who waits for it. */
  readonly names: { await(gateway: Gateway, owner: Owner, taken: readonly Taken[]): void };
}
