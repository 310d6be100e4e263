import { BlockList, isIP } from 'node:net';

/**
 * Where `spec.service.upstream.nodes` may not point, since the operator and the gateway connect there for a tenant: to
 * themselves, to what trusts who comes from near, and to the API server. Judges addresses; a name is judged by every
 * address that it has when it is connected to. Asks nobody.
 */
export interface AddressRules {
  /** What of the default is wanted here. */
  readonly allowed: BlockList;
  /** What is refused beside the default, allowed or not. */
  readonly refused: BlockList;
}

/** Somebody of the cluster's own, who is refused by address. */
export interface Known {
  /** For people: `the API server`. */
  readonly who: string;
  readonly addresses: readonly string[];
  /** Where it listens; refused there even if the address is allowed. */
  readonly ports: readonly number[];
}

/** Blocks as `10.0.0.0/8` or `fd00::/8`. */
export function addressRules({
  allow,
  refuse,
}: {
  readonly allow: readonly string[];
  readonly refuse: readonly string[];
}) {
  return { allowed: blocks(allow), refused: blocks(refuse) } as const satisfies AddressRules;
}

/** Why nothing may connect there, as the end of a sentence; undefined: nothing speaks against it. */
export function refusalOf(
  { allowed, refused }: AddressRules,
  known: readonly Known[],
  address: string,
  port: number,
): string | undefined {
  const own = known.filter(({ addresses }) => contains(list(addresses), address));
  const listener = own.find(({ ports }) => ports.includes(port));
  if (listener !== undefined) return `is ${listener.who}`;
  if (contains(refused, address)) return 'is refused by the administrator';
  if (contains(allowed, address)) return undefined;
  const kind = kinds.find(({ of }) => contains(of, address));
  if (kind !== undefined) return `is ${kind.what}`;
  return own[0] === undefined ? undefined : `is ${own[0].who}`;
}

/**
 * What a node's `host` is. Systems read `127.1`, `2130706433` and `0177.0.0.1` in several ways, and the gateway may read
 * another address than the operator: only four decimal numbers are one (WHATWG URL 3.5: whose last label is a number).
 */
export function kindOfHost(host: string): 'address' | 'name' | 'ambiguous' {
  if (isIP(host) !== 0) return 'address';
  return /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(host) ? 'ambiguous' : 'name';
}

/** By default, with the IPv4 addresses that are written in IPv6 (RFC 4291 2.5.5.2, RFC 6052). */
const kinds = [
  { what: 'a loopback address', of: blocks(['127.0.0.0/8', '::1/128']) },
  { what: 'not the address of a host', of: blocks(['0.0.0.0/8', '::/128']) },
  { what: 'a link-local address', of: blocks(['169.254.0.0/16', 'fe80::/10']) },
  { what: 'a multicast address', of: blocks(['224.0.0.0/4', 'ff00::/8']) },
  {
    what: 'the metadata service of a cloud',
    of: blocks(['100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32', 'fd00:ec2::254/128', 'fd20:ce::254/128']),
  },
  { what: 'a reserved address', of: blocks(['240.0.0.0/4']) },
  // IPv4-compatible, local NAT64, Teredo, 6to4: whom they lead to is for others to decide.
  { what: 'a tunnel address', of: blocks(['::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16']) },
] as const;

function blocks(texts: readonly string[]): BlockList {
  const found = new BlockList();
  for (const text of texts) {
    const [base = '', bits = ''] = text.split('/');
    const isV4 = isIP(base) === 4;
    found.addSubnet(base, Number(bits), isV4 ? 'ipv4' : 'ipv6');
    // `BlockList` itself knows `::ffff:127.0.0.1`.
    if (isV4) found.addSubnet(`64:ff9b::${base}`, 96 + Number(bits), 'ipv6');
  }
  return found;
}

function list(addresses: readonly string[]): BlockList {
  return blocks(addresses.map((address) => `${withoutZone(address)}/${isIP(address) === 4 ? 32 : 128}`));
}

function contains(some: BlockList, address: string): boolean {
  return some.check(withoutZone(address), isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** `fe80::1%eth0` */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}
