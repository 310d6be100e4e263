import { isWithin } from './distinguished-name.ts';
import type { GeneralName } from './general-name.ts';

/** Whether a name lies in a subtree of its own form (RFC 5280 4.2.1.10); undefined: that cannot be told of this name. */
export function liesWithin(name: GeneralName, subtree: GeneralName): boolean | undefined {
  if (name.type === 'DNS' && subtree.type === 'DNS') return isDomainWithin(name.value, subtree.value);
  if (name.type === 'email' && subtree.type === 'email') return isMailboxWithin(name.value, subtree.value);
  if (name.type === 'URI' && subtree.type === 'URI') return isUriWithin(name.value, subtree.value);
  if (name.type === 'IP' && subtree.type === 'IP') return isAddressWithin(name.octets, subtree.octets);
  if (name.type === 'directory' && subtree.type === 'directory') return isWithin(name.name, subtree.name);
  return undefined;
}

/** Whether a wildcard stands for a name, or names, that lie in the subtree although it does not itself: `*.a.com` and `www.a.com`. */
export function mayReachInto(name: GeneralName, subtree: GeneralName): boolean {
  if (name.type !== 'DNS' || subtree.type !== 'DNS' || !name.value.startsWith('*.')) return false;
  return isDomainWithin(subtree.value, name.value.slice(2));
}

/** With a leading dot only what is below, as OpenSSL and others have it; without, the domain itself as well. */
function isDomainWithin(domain: string, subtree: string): boolean {
  const [below, top] = [domain.toLowerCase(), subtree.toLowerCase()];
  if (top === '' || below === top) return true;
  return below.endsWith(top.startsWith('.') ? top : `.${top}`);
}

/** One mailbox, all of one host, or with a leading dot all below a domain. The part before the @ has case. */
function isMailboxWithin(mailbox: string, subtree: string): boolean | undefined {
  const at = mailbox.lastIndexOf('@');
  if (at < 1 || at === mailbox.length - 1) return undefined;
  const [local, host] = [mailbox.slice(0, at), mailbox.slice(at + 1)];
  if (!subtree.includes('@')) return isHostWithin(host, subtree);
  const atOfSubtree = subtree.lastIndexOf('@');
  return local === subtree.slice(0, atOfSubtree) && isHostWithin(host, subtree.slice(atOfSubtree + 1));
}

/** RFC 5280 4.2.1.10: of the host only; a URI without one, or with an address in its place, cannot be told. */
function isUriWithin(uri: string, subtree: string): boolean | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([a-z0-9._-]+)(?::\d*)?(?:[/?#]|$)/i.exec(uri)?.[1];
  return host === undefined || /^[\d.]+$/.test(host) ? undefined : isHostWithin(host, subtree);
}

/** Unlike a domain, a host has nothing below it. */
function isHostWithin(host: string, subtree: string): boolean {
  const [one, other] = [host.toLowerCase(), subtree.toLowerCase()];
  return other.startsWith('.') ? one.endsWith(other) && one.length > other.length : one === other;
}

/** The base is an address and a mask of the same length. */
function isAddressWithin(address: Uint8Array, base: Uint8Array): boolean | undefined {
  if (address.length !== 4 && address.length !== 16) return undefined;
  if (base.length !== 8 && base.length !== 32) return undefined;
  if (base.length !== 2 * address.length) return false;
  const mask = base.subarray(address.length);
  return address.every((octet, index) => ((octet ^ (base[index] ?? 0)) & (mask[index] ?? 0)) === 0);
}
