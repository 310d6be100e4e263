/** Which object a name gets, and what a connection for one name may ask of another. */
import { hasSsls, isApisix, type Row, type Section, type World } from '../row.ts';

/** The object of the host with exempt paths, written with another regex. */
const exempting = (regex: string): Pick<Row, 'when' | 'given' | 'surprise'> => ({
  surprise: 15,
  when: isApisix,
  given: ({ id, host, server, first }) => [
    {
      kind: 'server',
      id: id('exempt'),
      hosts: [host('exempt')],
      pair: server,
      clients: { ca: first.certificate, exemptPaths: [regex] },
    },
  ],
});
const asking =
  (path: string) =>
  ({ host }: World) => ({ by: 'handshake' as const, sni: host('exempt'), path });

export const names: Section = {
  section: 'names',
  source: 'APISIX 3.18 measured: SNI, skip_mtls_uri_regex',
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
      row: 'an exempt path is open',
      when: isApisix,
      given: ({ id, host, server, first, upstreamHost, plainPort }) => [
        {
          kind: 'server',
          id: id('exempt'),
          hosts: [host('exempt')],
          pair: server,
          clients: { ca: first.certificate, exemptPaths: ['^/open'] },
        },
        { kind: 'service', id: id('to-exempt'), host: host('exempt'), node: { host: upstreamHost, port: plainPort } },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('exempt'), path: '/open' }),
      want: /^200$/,
    },
    {
      row: 'beside an exempt path refusals are HTTP, not alerts',
      surprise: 15,
      when: isApisix,
      ask: ({ host }) => ({ by: 'handshake', sni: host('exempt'), path: '/' }),
      want: /^400$/,
    },
    {
      row: 'beside an exempt path the right certificate passes',
      when: isApisix,
      ask: ({ host }) => ({ by: 'handshake', sni: host('exempt'), client: 'right' }),
      want: /^200$/,
    },
    {
      ...exempting('/open.*'),
      row: 'a regex that is not anchored exempts more than meant',
      ask: asking('/x/open'),
      want: /^200$/,
    },
    {
      ...exempting('('),
      row: 'a regex that is none is accepted and exempts nothing',
      ask: asking('/open'),
      want: /^400$/,
    },
    {
      ...exempting(''),
      row: 'an empty regex is accepted and exempts everything',
      ask: asking('/x'),
      want: /^200$/,
    },
    {
      row: 'of two objects with one name the first is served',
      surprise: 6,
      when: isApisix,
      given: ({ id, host, server, first, upstreamHost, plainPort }) => [
        { kind: 'service', id: id('to-twice'), host: host('twice'), node: { host: upstreamHost, port: plainPort } },
        { kind: 'server', id: id('z'), hosts: [host('twice')], pair: server, clients: { ca: first.certificate } },
        { kind: 'server', id: id('a'), hosts: [host('twice'), host('twice-2')], pair: server },
      ],
      ask: ({ host }) => ({ by: 'handshake', sni: host('twice') }),
      want: /^read 116$/,
    },
    {
      row: 'and the second once the first is gone',
      surprise: 6,
      when: isApisix,
      removed: ({ id }) => [{ kind: 'ssls', id: id('z') }],
      ask: ({ host }) => ({ by: 'handshake', sni: host('twice') }),
      want: /^200$/,
    },
    {
      row: 'a second object for a name is refused',
      when: ({ dialect }) => dialect === 'ssls',
      ask: ({ door, id, host, server }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('ssls', id('second')),
        body: { name: 'second', snis: [host('open')], ...server },
      }),
      want: /^400 .*SNI already exists/,
    },
    {
      row: 'a second object for a name is refused',
      when: ({ dialect }) => dialect === 'references',
      ask: ({ door, id, host }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('snis', id('second')),
        body: { name: 'second', domain: host('open'), certificates: [id('open')] },
      }),
      want: /^400 .*SNI already exists/,
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
