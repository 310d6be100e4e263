/**
 * Kubernetes Events, events.k8s.io/v1: what `kubectl describe` shows below the conditions. They are told to people and
 * decide nothing, so they are written beside the work, dropped when they are too many, and never fail a reconcile.
 */
import { fieldManager, group } from '../api/group.ts';
import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import { sha256Hex } from '../std/digest.ts';
import { toMicroTime } from '../std/micro-time.ts';

export const eventType: ResourceType = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };

/** The object that an event is about. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One thing that happened. The note is a sentence without a key, a token, a time or a counter: equal ones are counted. */
export interface Happening {
  readonly regarding: Regarding;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase: why it is told. */
  readonly reason: string;
  /** CamelCase: what the operator was doing. */
  readonly action: string;
  readonly note: string;
}

/** Of a process: who tells it. */
export interface Reporter {
  readonly identity: string;
}

/** Lengths in bytes of UTF-8 that the API server accepts (events.k8s.io/v1). */
const longest = { note: 1024, reportingInstance: 128, name: 253 };

/** Equal for what is counted as one. */
export function happeningKey({ regarding: { uid }, type, reason, action, note }: Happening): string {
  return JSON.stringify([uid, type, reason, action, note]);
}

/** The Event of a first time. `at` is in its name too: the next series is another object. */
export function toEvent(happening: Happening, reporter: Reporter, at: Temporal.Instant): KubeObject {
  const { regarding, type, reason, action, note } = happening;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace: regarding.namespace, name: nameOf(happening, at) },
    eventTime: toMicroTime(at),
    reportingController: `${group}/${fieldManager}`,
    reportingInstance: reporter.identity.slice(0, longest.reportingInstance),
    regarding,
    type,
    reason,
    action,
    note: shorten(note),
  };
}

/** The patch of an Event that happened again. */
export function toSeries(count: number, at: Temporal.Instant): { readonly series: object } {
  return { series: { count, lastObservedTime: toMicroTime(at) } };
}

function nameOf(happening: Happening, at: Temporal.Instant): string {
  const suffix = sha256Hex(`${happeningKey(happening)} ${at.epochNanoseconds}`).slice(0, 16);
  return `${happening.regarding.name.slice(0, longest.name - 17).replace(/[.-]+$/, '')}.${suffix}`;
}

const ellipsis = '…';

/** An Event that is too long by one byte is refused, and one of a sentence in Chinese has three bytes a character. */
function shorten(note: string): string {
  if (Buffer.byteLength(note) <= longest.note) return note;
  // Whole characters only: what does not fit is not begun.
  const room = new Uint8Array(longest.note - Buffer.byteLength(ellipsis));
  return note.slice(0, new TextEncoder().encodeInto(note, room).read) + ellipsis;
}
