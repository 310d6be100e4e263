import type { PermittedNode, Tenant } from '../../api/tenants.ts';
import type { Tenancy } from '../../model/tenancy.ts';
import { covers, everyHost, type Host } from './hosts.ts';

/** What the administrator gives to whom; undefined where nothing is said of it. */
export type Policy = Tenancy | undefined;

/** Whether the two trust each other: they are one namespace, or of one tenant. */
export function areOneTenant(policy: Policy, one: string, other: string): boolean {
  return one === other || tenantsOf(policy, one).some((tenant) => policy?.isOf(tenant, other));
}

/** Whether a host is there for the namespace: given to it, and not more closely to others. */
export function isGiven(policy: Policy, namespace: string, host: Host): boolean {
  if (policy === undefined) return true;
  const own = grantOf(policy, namespace, host);
  if (own === undefined || host === everyHost) return own !== undefined;
  const { tenants, isOf } = policy;
  const isCloser = (tenant: Tenant) => (closest(tenant, host) ?? 0) > own;
  return !tenants.some((tenant) => isCloser(tenant) && !isOf(tenant, namespace));
}

/**
 * Whether the administrator has said which of the two may have a host that both could: who is named for it more closely,
 * or that somebody may answer for every host. Where not, who is first has it.
 */
export function isDecided(policy: Policy, [one, host]: Wish, [other, otherHost]: Wish): boolean {
  if (policy === undefined) return false;
  if (host === everyHost || otherHost === everyHost) return true;
  const shared = covers(host, otherHost) ? otherHost : host;
  return grantOf(policy, one, shared) !== grantOf(policy, other, shared);
}

/** A namespace, and a host of it. */
export type Wish = readonly [string, Host];

/** The hosts that a namespace is given, as they are written. */
export function givenHosts(policy: Policy, namespace: string): readonly string[] {
  return [...new Set(tenantsOf(policy, namespace).flatMap(({ hosts }) => hosts))];
}

/** Whether the NGINX of an MtlsUpstream may be there. */
export function isNodeAllowed(policy: Policy, namespace: string, host: string, port: number): boolean {
  if (policy === undefined) return true;
  return tenantsOf(policy, namespace).some(
    ({ nodes }) => nodes === undefined || nodes.some((node) => isAt(node, host, port)),
  );
}

function tenantsOf(policy: Policy, namespace: string): readonly Tenant[] {
  return policy === undefined ? [] : policy.tenants.filter((tenant) => policy.isOf(tenant, namespace));
}

/** How closely the namespace is named for the host: by how many labels. Undefined: it is not given. */
function grantOf(policy: Tenancy, namespace: string, host: Host): number | undefined {
  const grants = tenantsOf(policy, namespace).flatMap((tenant) => closest(tenant, host) ?? []);
  return grants.length === 0 ? undefined : Math.max(...grants);
}

function closest({ hosts, routesWithoutHost }: Tenant, host: Host): number | undefined {
  if (host === everyHost) return routesWithoutHost ? 0 : undefined;
  const labels = hosts
    .filter((given) => given === '*' || covers(given, host))
    .map((given) => given.split('.').filter((label) => label !== '*').length);
  return labels.length === 0 ? undefined : Math.max(...labels);
}

function isAt({ host: given, ports }: PermittedNode, host: string, port: number): boolean {
  if (ports !== undefined && !ports.some(({ first, last }) => first <= port && port <= last)) return false;
  if (given === '*') return true;
  const address = addressOf(host);
  if (address !== undefined) return given.includes('/') && isIn(address, given);
  return !isNumber(host) && covers(given, host.toLowerCase());
}

/** Of four decimal numbers and in no other spelling, which resolvers may read in more than one way. */
function addressOf(host: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1) ?? [];
  const isPlain = parts.length === 4 && parts.every((part) => Number(part) <= 255 && String(Number(part)) === part);
  return isPlain ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
}

/** What ends in a number is an address to those who resolve it, however it is spelt (WHATWG URL 3.5). */
function isNumber(host: string): boolean {
  return /^(\d+|0x[0-9a-f]*)$/i.test(host.split('.').at(-1) ?? '');
}

function isIn(address: number, block: string): boolean {
  const [base = '', bits = ''] = block.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor((addressOf(base) ?? -1) / size) === Math.floor(address / size);
}
