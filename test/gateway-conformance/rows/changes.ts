/** What a change does to clients, and when: apisix-measured.md 3, 4 and 7. */
import type { Row, Section, World } from '../row.ts';

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
    ask: ({ host }) => ({ by: 'handshake', sni: host('changing'), client: 'right', version, offer: version }),
    want: /^200 resumed$/,
  },
]);

export const changes: Section = {
  section: 'when client trust changes',
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
      row: 'an object written without client trust lets everybody in',
      given: ({ id, host, server }) => [
        { kind: 'server', id: id('changing'), hosts: [host('changing')], pair: server },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^200$/,
    },
    {
      row: 'a key of another certificate is accepted and ends handshakes with alert 80',
      given: ({ id, host, server, otherKey }) => [
        { kind: 'server', id: id('changing'), hosts: [host('changing')], pair: { cert: server.cert, key: otherKey } },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^hs 80$/,
    },
    {
      row: 'the right key heals it',
      given: ({ id, host, server }) => [
        { kind: 'server', id: id('changing'), hosts: [host('changing')], pair: server },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^200$/,
    },
    {
      row: 'a deleted name ends handshakes with alert 80',
      removed: ({ id }) => [
        { kind: 'snis', id: id('changing-0') },
        { kind: 'ssls', id: id('changing') },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('changing') }),
      want: /^hs 80$/,
    },
  ],
};
