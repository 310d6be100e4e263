/** What a change does to clients, and when. */
import type { Row, Section, World } from '../row.ts';

const openTo = ({ id, host, server }: World) => [
  { kind: 'server' as const, id: id('changing'), hosts: [host('changing')], pair: server },
];

const trusting = (ca: (world: World) => string) => (world: World) => [
  {
    kind: 'server' as const,
    id: world.id('changing'),
    hosts: [world.host('changing')],
    pair: world.server,
    clients: { ca: ca(world) },
  },
];

const service = ({ id, host, upstreamHost, plainPort }: World) => ({
  kind: 'service' as const,
  id: id('to-changing'),
  host: host('changing'),
  node: { host: upstreamHost, port: plainPort },
});

const sessions: readonly Row[] = (['TLSv1.3', 'TLSv1.2'] as const).flatMap((version): readonly Row[] => [
  {
    row: `the old CA begins a session, ${version}`,
    given: (world) => [service(world), ...trusting(({ first }) => first.certificate)(world)],
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'right', version, keep: version }),
    want: /^200$/,
  },
  {
    row: `once the CA is replaced by PUT, its clients are refused, ${version}`,
    given: trusting(({ second }) => second.certificate),
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'right', version }),
    want: version === 'TLSv1.3' ? /^read 48$/ : /^hs 48$/,
  },
  {
    row: `clients of the new CA come in, ${version}`,
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'of another CA', version }),
    want: /^200$/,
  },
  {
    row: `and the session of the old CA is still resumed, ${version}`,
    surprise: 1,
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'right', version, offer: version }),
    want: /^200 resumed$/,
  },
  {
    row: `a client without a certificate begins a session before there is client trust, ${version}`,
    given: openTo,
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), version, keep: `open ${version}` }),
    want: /^200$/,
  },
  {
    row: `once there is client trust it is refused, ${version}`,
    given: trusting(({ first }) => first.certificate),
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), version }),
    want: version === 'TLSv1.3' ? /^read 116$/ : /^hs 40$/,
  },
  {
    row: `and its session is still resumed, ${version}`,
    surprise: 1,
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), version, offer: `open ${version}` }),
    want: /^200 resumed$/,
  },
]);

export const changes: Section = {
  section: 'when client trust changes',
  measured: 'two CAs, CA1 to CA2 by PUT, what PUT accepts',
  rows: [
    ...sessions,
    {
      row: 'with both CAs, clients of the first come in',
      given: trusting(({ first, second }) => first.certificate + second.certificate),
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'right' }),
      want: /^200$/,
    },
    {
      row: 'with both CAs, clients of the second come in',
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'of another CA' }),
      want: /^200$/,
    },
    {
      row: 'with an intermediate CA alone, without its root, nobody comes in',
      surprise: 13,
      given: trusting(({ intermediate }) => intermediate.certificate),
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'of an intermediate CA' }),
      want: /^read 48$/,
    },
    {
      row: 'an object written without client trust lets everybody in',
      surprise: 5,
      given: openTo,
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^200$/,
    },
    {
      row: 'a key of another certificate is accepted and ends handshakes with alert 80',
      surprise: 3,
      given: ({ id, host, server, otherKey }) => [
        { kind: 'server', id: id('changing'), hosts: [host('changing')], pair: { cert: server.cert, key: otherKey } },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^hs 80$/,
    },
    {
      row: 'the right key heals it',
      given: openTo,
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^200$/,
    },
    {
      row: 'a chain in the wrong order is accepted and ends handshakes with alert 80',
      surprise: 3,
      given: ({ id, host, reversed }) => [
        { kind: 'server', id: id('changing'), hosts: [host('changing')], pair: reversed },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^hs 80$/,
    },
    {
      row: 'a deleted name ends handshakes with alert 80',
      surprise: 9,
      removed: ({ id }) => [
        { kind: 'snis', id: id('changing-0') },
        { kind: 'ssls', id: id('changing') },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^hs 80$/,
    },
  ],
};
