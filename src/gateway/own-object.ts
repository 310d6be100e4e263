import type { Owner, TlsPair, TrustAnchor } from '../model/gateway-state.ts';
import { hashLabel, idPrefix, ownerLabels } from '../model/ownership.ts';
import type { DesiredObject, JsonObject } from '../model/remote-object.ts';
import { sha256Hex } from '../std/digest.ts';

/** The id never depends on content that may change, so that a change is an update. */
export function ownObject(owner: Owner, kind: string, role: string, content: JsonObject): DesiredObject {
  const hash = sha256Hex(JSON.stringify(content)).slice(0, 32);
  const labels = { ...ownerLabels(owner), [hashLabel]: hash };
  return { kind, id: idFor(owner, role), body: { ...content, labels }, writeOnly: ['key'] };
}

function idFor(owner: Owner, role: string): string {
  return `${idPrefix(owner)}-${role}`;
}

/**
 * A new role for each leaf that a gateway shows to an upstream: gateways pool connections by its id, so under the same
 * one the old certificate would live on (measured: for 1,000 requests of each connection). A fingerprint is one that was
 * never used and never will be again, with nothing to remember; a serial number is not, where somebody brings the
 * certificates. 64 characters is what every version takes for an id.
 */
export function clientRole({ sha256Fingerprint }: Pick<TlsPair, 'sha256Fingerprint'>): string {
  return `client-${sha256Fingerprint.slice(0, 32)}`;
}

/** A name for people. 100 characters is what every version takes; cut off, two names could become one. */
export function nameFor(owner: Owner, role: string): string {
  const name = `${owner.namespace}.${owner.name}.${role}`;
  return name.length <= 100 ? name : idFor(owner, role);
}

/** One PEM for all: two blocks that are joined without a line end between them are refused (measured). */
export function bundle(anchors: readonly TrustAnchor[]): string {
  return anchors.map(({ pem }) => `${pem.trim()}\n`).join('');
}

export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** A short text for any text: ids take neither `*` nor everything else that names may hold. */
export function digest(text: string): string {
  return sha256Hex(text).slice(0, 16);
}
