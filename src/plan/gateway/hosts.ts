import { type Claimant, claimedBy, gatewayRefOf } from './claims.ts';

/**
 * Which hosts a resource is about, whatever it wants of them: an MtlsGateway to end TLS, an MtlsUpstream to answer. Two of
 * them meet where a request could be for both: `*.corp.example` and `pay.corp.example`, or any host and every host.
 */

/** An exact name, a wildcard, or `everyHost`. */
export type Host = string;

/** Of a service that names no hosts; as `claimedBy` has it. */
export const everyHost: Host = '';

/** The hosts of a spec, in the one spelling that names have: lower case, and no dot at their end. */
export function concernedHosts(resource: Claimant): readonly Host[] {
  return claimedBy(resource).hosts.map((host) => host.toLowerCase().replace(/\.$/, ''));
}

/**
 * Whether a request could be for both. A wildcard counts for all names below it: the SNIs of a gateway stand for one label,
 * and the hosts of its routes for any number.
 */
export function doMeet(one: Host, other: Host): boolean {
  return covers(one, other) || covers(other, one);
}

/** Whether every request for the narrow one is also one for the wide one. */
export function covers(wide: Host, narrow: Host): boolean {
  if (wide === everyHost || wide === narrow) return true;
  return wide.startsWith('*.') && narrow !== everyHost && narrow.endsWith(wide.slice(1));
}

/** Under which a store finds a resource by its hosts. */
export function hostIndexOf(resource: Claimant): readonly string[] {
  const scope = scopeOf(resource);
  const keys = concernedHosts(resource).flatMap((host) => {
    if (host === everyHost) return ['is every host'];
    return [`is ${host}`, 'is any name', ...parentsOf(host).map((parent) => `below ${parent}`)];
  });
  return [...new Set(keys)].map((key) => `${scope} ${key}`);
}

/** Under which those are found that could meet the host of the resource; among others, where names are very long. */
export function meetingIndexOf(resource: Claimant, host: Host): readonly string[] {
  const scope = scopeOf(resource);
  const keys = () => {
    if (host === everyHost) return ['is any name'];
    const wildcards = parentsOf(host, allLabels).map((parent) => `is *.${parent}`);
    const below = host.startsWith('*.') ? [`below ${lastLabels(host)}`] : [];
    return [`is ${host}`, 'is every host', ...wildcards, ...below];
  };
  return keys().map((key) => `${scope} ${key}`);
}

/** Beyond it names are found together, so that one of a hundred labels does not fill an index. */
const indexedLabels = 8;
const allLabels = 127;

/** Domains that the host lies below, from the nearest on; a wildcard lies below what its domain does. */
function parentsOf(host: Host, most = indexedLabels): readonly string[] {
  const labels = host.replace(/^\*\./, '').split('.');
  return labels
    .slice(1)
    .flatMap((_, index) => (labels.length - index - 1 > most ? [] : labels.slice(index + 1).join('.')));
}

/** The domain of the wildcard, or as much of it as is indexed. */
function lastLabels(wildcard: Host): string {
  return wildcard.slice(2).split('.').slice(-indexedLabels).join('.');
}

/** One text for each gateway group, for both kinds. */
function scopeOf(resource: Claimant): string {
  const { name, group } = gatewayRefOf(resource);
  return JSON.stringify([name, group]);
}

/** A name to probe a host by: itself, or one that the wildcard covers, which stands for exactly one label. */
export function concreteHost(host: string): string {
  return host.replace(/^\*/, 'mtls-operator-probe');
}
