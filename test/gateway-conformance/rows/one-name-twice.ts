/** Who is served where two objects have one name, or may not have it. */
import { isApisix, type Section } from '../row.ts';

export const oneNameTwice: Section = {
  section: 'one name twice',
  measured: 'SNI',
  documents: 'documents and clients of API7 Enterprise',
  rows: [
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
  ],
};
