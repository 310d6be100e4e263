/** Which object a name gets, and what a connection for one name may ask of another. */
import { hasSsls, isApisix, type Section } from '../row.ts';

export const names: Section = {
  section: 'names',
  measured: 'SNI',
  rows: [
    {
      row: 'a name without mTLS lets everybody in',
      given: ({ id, host, server, first, upstreamHost, plainPort }) => [
        { kind: 'server', id: id('mtls'), hosts: [host('mtls')], pair: server, clients: { ca: first.certificate } },
        { kind: 'server', id: id('open'), hosts: [host('open')], pair: server },
        { kind: 'server', id: id('wild'), hosts: [host('*.wild')], pair: server, clients: { ca: first.certificate } },
        { kind: 'server', id: id('exact'), hosts: [host('exact.wild')], pair: server },
        ...['mtls', 'open', '*.wild'].map((label) => ({
          kind: 'service' as const,
          id: id(`to-${label.replace('*.', 'any-')}`),
          host: host(label),
          node: { host: upstreamHost, port: plainPort },
        })),
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('open') }),
      want: /^200$/,
    },
    {
      row: 'a star covers one label, with its mTLS',
      ask: ({ host }) => ({ by: 'handshake', sni: host('a.wild') }),
      want: /^read 116$/,
    },
    {
      row: 'an exact name wins over a star',
      ask: ({ host }) => ({ by: 'handshake', sni: host('exact.wild') }),
      want: /^200$/,
    },
    {
      row: 'a star does not cover two labels',
      ask: ({ host }) => ({ by: 'handshake', sni: host('a.b.wild') }),
      want: /^hs 80$/,
    },
    {
      row: 'an unknown name ends with alert 80',
      surprise: 9,
      ask: ({ host }) => ({ by: 'handshake', sni: host('unknown') }),
      want: /^hs 80$/,
    },
    {
      row: 'a connection without mTLS is not used for a host with it',
      surprise: 10,
      ask: ({ host }) => ({ by: 'handshake', sni: host('open'), host: host('mtls') }),
      want: /^400$/,
    },
    {
      row: 'a connection with mTLS may be used for a host without it',
      ask: ({ host }) => ({ by: 'handshake', sni: host('mtls'), host: host('open'), client: 'right' }),
      want: /^200$/,
    },
    {
      row: 'an SNI in upper case is refused with HTTP where there is mTLS',
      surprise: 16,
      ask: ({ host }) => ({ by: 'handshake', sni: host('mtls').toUpperCase(), client: 'right' }),
      want: /^400$/,
    },
    {
      row: 'one connection does not serve two hosts of a star with mTLS',
      surprise: 16,
      ask: ({ host }) => ({ by: 'handshake', sni: host('a.wild'), host: host('b.wild'), client: 'right' }),
      want: /^400$/,
    },
    {
      row: 'the plain port asks for no certificate',
      surprise: 10,
      ask: ({ host }) => ({ by: 'plain', host: host('mtls') }),
      want: /^200 plain /,
    },
    {
      row: 'a route without hosts is reached through a name without mTLS',
      surprise: 10,
      when: isApisix,
      objects: ({ id, upstreamHost, plainPort }) => [
        {
          kind: 'routes',
          id: id('bare'),
          body: { uri: `/${id('bare')}`, upstream: { nodes: { [`${upstreamHost}:${plainPort}`]: 1 } } },
        },
      ],
      ask: ({ host, id }) => ({ by: 'handshake', sni: host('open'), path: `/${id('bare')}` }),
      want: /^200$/,
    },
    {
      row: 'a disabled object ends handshakes with alert 80',
      surprise: 9,
      when: isApisix,
      objects: ({ id, host, server }) => [
        { kind: 'ssls', id: id('off'), body: { status: 0, snis: [host('off')], ...server } },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('off') }),
      want: /^hs 80$/,
    },
    {
      row: 'a client certificate takes no name',
      when: isApisix,
      objects: ({ id, host, server }) => [
        { kind: 'ssls', id: id('client-type'), body: { type: 'client', snis: [host('client')], ...server } },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('client') }),
      want: /^hs 80$/,
    },
    {
      row: 'names are taken from the certificate where none are sent',
      when: ({ dialect }) => dialect === 'ssls',
      ask: ({ door, id, upstream }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('ssls', id('derived')),
        body: { name: 'derived', ...upstream },
      }),
      want: /^200 .*"snis":\["upstream\./,
    },
    {
      row: 'a depth of 0 lets a direct client in',
      when: hasSsls,
      given: ({ id, host, server, first, upstreamHost, plainPort }) => [
        { kind: 'service', id: id('to-direct'), host: host('direct'), node: { host: upstreamHost, port: plainPort } },
        {
          kind: 'server',
          id: id('direct'),
          hosts: [host('direct')],
          pair: server,
          clients: { ca: first.certificate, depth: 0 },
        },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('direct'), client: 'right' }),
      want: /^200$/,
    },
  ],
};
