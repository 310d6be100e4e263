/** What an upstream with mTLS sees, and what a client then gets. */
import type { Gateway, Wish } from '../gateway.ts';
import { isApisix, type Row, type Section, type World } from '../row.ts';

type Tls = NonNullable<Extract<Wish, { kind: 'service' }>['tls']>;

/** A service of the upstream's mTLS port for one host. */
const towards = ({ id, host, upstreamHost, tlsPort, upstreamName }: World, label: string, tls: Partial<Tls>): Wish => ({
  kind: 'service',
  id: id(label),
  host: host(label),
  node: { host: upstreamHost, port: tlsPort },
  tls: { serverName: upstreamName, ...tls },
});

const plain =
  (label: string) =>
  ({ host }: World) => ({ by: 'plain' as const, host: host(label) });

/** 502 where the gateway looks, 200 where nobody does. */
const seenIfVerified = ({ verifiesUpstreams }: Gateway) => (verifiesUpstreams ? /^502 / : /^200 CN=CLIENT /);

const verified: readonly Row[] = [
  {
    row: 'verified with its CA and name answers',
    given: (world) => [towards(world, 'verified', { client: world.id('client'), ca: world.first.certificate })],
    ask: plain('verified'),
    want: /^200 CN=CLIENT /,
  },
  {
    row: 'of another CA is noticed where the gateway verifies',
    surprise: 8,
    given: (world) => [towards(world, 'foreign', { client: world.id('client'), ca: world.second.certificate })],
    ask: plain('foreign'),
    want: seenIfVerified,
  },
  {
    row: 'of another name is noticed where the gateway verifies',
    surprise: 8,
    given: (world) => [
      towards(world, 'misnamed', {
        client: world.id('client'),
        ca: world.first.certificate,
        serverName: world.host('wrong'),
      }),
    ],
    ask: plain('misnamed'),
    want: seenIfVerified,
  },
];

export const upstreams: Section = {
  section: 'an upstream',
  measured: 'upstream mTLS, upstream pool, deletion',
  documents: 'release notes of APISIX 3.19, documents of API7 Enterprise',
  rows: [
    {
      row: 'with mTLS sees the client certificate of the gateway and the name',
      given: (world) => [
        { kind: 'client', id: world.id('client'), pair: world.clients.right },
        towards(world, 'right', { client: world.id('client') }),
      ],
      ask: plain('right'),
      want: /^200 CN=CLIENT sni=upstream\.\S+ host=upstream\.\S+ /,
    },
    {
      row: 'that gets no certificate answers 400 itself',
      given: (world) => [towards(world, 'without', {})],
      ask: plain('without'),
      want: /^400 .*No required SSL certificate was sent/s,
    },
    {
      row: 'that gets a certificate of another CA answers 400 itself',
      surprise: 18,
      given: (world) => [
        { kind: 'client', id: world.id('stranger'), pair: world.clients['of another CA'] },
        towards(world, 'stranger', { client: world.id('stranger') }),
      ],
      ask: plain('stranger'),
      want: /^400 .*SSL certificate error/s,
    },
    {
      row: 'gets no certificate where its key does not fit',
      given: (world) => [
        { kind: 'client', id: world.id('unfit'), pair: { cert: world.clients.right.cert, key: world.otherKey } },
        towards(world, 'unfit', { client: world.id('unfit') }),
      ],
      ask: plain('unfit'),
      want: /^400 .*No required SSL certificate was sent/s,
    },
    ...verified,
    {
      row: 'gets the new certificate at once under a new id',
      surprise: 7,
      given: (world) => [
        { kind: 'client', id: world.id('stranger-2'), pair: world.clients.right },
        towards(world, 'stranger', { client: world.id('stranger-2') }),
      ],
      ask: plain('stranger'),
      want: /^200 CN=CLIENT /,
    },
    {
      row: 'is lost when its client certificate is deleted, which nobody prevents',
      surprise: 7,
      when: isApisix,
      removed: ({ id }) => [{ kind: 'ssls', id: id('stranger-2') }],
      ask: plain('stranger'),
      want: /^502 /,
    },
    {
      row: 'keeps its client certificate: deleting that is refused',
      when: ({ dialect }) => dialect === 'references',
      ask: ({ door, id }) => ({ by: 'admin', method: 'DELETE', path: door.pathOf('certificates', id('stranger-2')) }),
      want: /^400 .*still using it/,
    },
  ],
};
