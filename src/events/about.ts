import { apiVersion } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { Happening } from './event.ts';
import type { EventRecorder } from './recorder.ts';

/** What happened, without the object that it happened to. */
export type Told = Omit<Happening, 'regarding'>;

export interface Teller {
  readonly events: Pick<EventRecorder, 'record'>;
}

/** Tells it to whoever describes the resource. */
export function recordEvent({ kind, metadata }: Resource<unknown>, told: Told, { events }: Teller): void {
  const { namespace, name, uid } = metadata;
  events.record({ ...told, regarding: { apiVersion, kind, namespace, name, uid } });
}

/** The same of a resource that is only known as the owner of objects at a gateway. */
export function recordEventOfOwner({ kind, namespace, name, uid }: Owner, told: Told, { events }: Teller): void {
  events.record({ ...told, regarding: { apiVersion, kind, namespace, name, uid } });
}
