import { randomBytes } from 'node:crypto';
import { type Authority, createAuthority, type Pair } from '../real/stand-in/authority.ts';

/** The certificates of a client, by the words that the rows have for them. */
export type ClientName =
  | 'right'
  | 'of an intermediate CA'
  | 'of an intermediate CA that is not sent'
  | 'of another CA'
  | 'expired'
  | 'not yet valid'
  | 'for servers only';

export interface Material {
  /** Part of every name and id of this run, so that nothing of anybody else can be meant. */
  readonly run: string;
  readonly first: Authority;
  readonly second: Authority;
  /** Below the first. */
  readonly intermediate: Authority;
  /** Of the gateway, for every host of this run. */
  readonly server: Pair;
  /** A key that belongs to another certificate than that. */
  readonly otherKey: string;
  /** As the server's, with the intermediate before the leaf. */
  readonly reversed: Pair;
  readonly clients: Readonly<Record<ClientName, Pair>>;
  /** Of the upstream. */
  readonly upstream: Pair;
  /** The name in the certificate of the upstream. */
  readonly upstreamName: string;
}

/** Two CAs and what they certify, made by openssl below the directory. */
export async function makeMaterial(directory: string): Promise<Material> {
  const run = `c${randomBytes(4).toString('hex')}`;
  const [first, second] = [
    await createAuthority(directory, `${run}-first`),
    await createAuthority(directory, `${run}-second`),
  ];
  const intermediate = await createAuthority(directory, `${run}-intermediate`, first);
  const domain = `${run}.conformance.test`;
  const upstreamName = `upstream.${domain}`;
  const client = { commonName: 'CLIENT', usage: 'clientAuth' } as const;
  const server = { usage: 'serverAuth', commonName: domain, dnsNames: [`*.${domain}`, `*.wild.${domain}`] } as const;
  const below = await intermediate.issue(client);
  const leaf = await intermediate.issue(server);
  return {
    run,
    first,
    second,
    intermediate,
    server: await first.issue(server),
    otherKey: (await first.issue(server)).key,
    reversed: { cert: intermediate.certificate + leaf.cert, key: leaf.key },
    clients: {
      right: await first.issue(client),
      'of an intermediate CA': { cert: below.cert + intermediate.certificate, key: below.key },
      'of an intermediate CA that is not sent': below,
      'of another CA': await second.issue(client),
      expired: await first.issue({ ...client, until: '20210101000000Z' }),
      'not yet valid': await first.issue({ ...client, from: '20480101000000Z' }),
      'for servers only': await first.issue({ ...client, usage: 'serverAuth' }),
    },
    upstream: await first.issue({ usage: 'serverAuth', commonName: upstreamName, dnsNames: [upstreamName] }),
    upstreamName,
  };
}
