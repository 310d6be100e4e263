/** What paths that are exempt from mTLS change for all others. */
import { isApisix, type Row, type Section, type World } from '../row.ts';

/** The object of the host with exempt paths, written with another regex. */
const exempting = (regex: string): Pick<Row, 'given' | 'surprise'> => ({
  surprise: 15,
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

export const exemptPaths: Section = {
  section: 'exempt paths',
  measured: 'skip_mtls_uri_regex',
  when: isApisix,
  rows: [
    {
      row: 'an exempt path is open',
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
      ask: ({ host }) => ({ by: 'handshake', sni: host('exempt'), path: '/' }),
      want: /^400$/,
    },
    {
      row: 'beside an exempt path the right certificate passes',
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
  ],
};
