import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { Secret } from '../../model/kube-object.ts';
import { sha256Hex } from '../../std/digest.ts';

/** What a person asks of the rotation of a CA; each value acts once, but for a pause, which lasts as long as it stands. */
export type Order = 'start' | 'now' | 'abort' | 'pause';

/**
 * The order that the annotation of the resource gives and that was not carried out yet, by its first word, whatever
 * follows: `now`, `abort` and `pause` are orders of their own, any other value asks for a new CA.
 */
export function orderOf(resource: Resource<unknown>, secret: Secret | undefined): Order | undefined {
  const value = resource.metadata.annotations?.[annotations.rotateCa];
  if (value === undefined) return undefined;
  const word = firstWord(value);
  if (word === 'pause') return 'pause';
  if (markOfSecret(secret) === orderMark(resource)) return undefined;
  return word === 'now' || word === 'abort' ? word : 'start';
}

/** What the annotation asks for as long as it stands there, whether it was carried out or not. */
export function standingOrder({ metadata }: Resource<unknown>): 'pause' | 'abort' | undefined {
  const word = firstWord(metadata.annotations?.[annotations.rotateCa]);
  return word === 'pause' || word === 'abort' ? word : undefined;
}

function firstWord(value = ''): string {
  return value.match(/[A-Za-z]+/)?.[0] ?? '';
}

/** Names the order; a digest, since the value may be of any length. */
export function orderMark({ metadata }: Resource<unknown>): string | undefined {
  const value = metadata.annotations?.[annotations.rotateCa];
  return value === undefined ? undefined : sha256Hex(value).slice(0, 16);
}

/** The order that was carried out last; in the Secret of the CA itself, so that no crash makes us carry it out twice. */
export function markOfSecret(secret: Secret | undefined): string | undefined {
  return secret?.metadata.annotations?.[annotations.rotateCa];
}

/** Clients that a person no longer waits for, and why. */
export interface Without {
  readonly clients: readonly string[];
  readonly reason: string;
}

/** `curl, billing: both were shut down` in the annotation; without a reason it is no order. */
export function withoutOf({ metadata }: Resource<unknown>): Without | undefined {
  const value = metadata.annotations?.[annotations.retireWithout];
  const [, names = '', reason = ''] = value?.match(/^([^:]*):(.*)$/s) ?? [];
  const clients = names.split(',').map((name) => name.trim());
  return reason.trim() === '' ? undefined : { clients, reason: reason.trim().slice(0, longestReason) };
}

/** It is written into status. */
const longestReason = 256;

/** Fingerprints of what the holder of a Secret says that it has loaded: a leaf, or a CA that it trusts. */
export function loadedOf(secret: Secret | undefined): readonly string[] {
  const value = secret?.metadata.annotations?.[annotations.loaded] ?? '';
  return value.split(/[\s,]+/).map((one) => one.replaceAll(':', '').toLowerCase());
}
