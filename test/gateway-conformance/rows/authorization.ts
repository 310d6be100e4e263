/** A route that refuses whom its list does not allow, by a plugin of its own. */
import { X509Certificate } from 'node:crypto';
import type { Wish } from '../gateway.ts';
import type { Row, Section, World } from '../row.ts';

const verified = ['ssl_client_verify', '==', 'SUCCESS'];

/** Two alternatives: an OR takes no fewer. The second one allows nobody. */
const refusal = ({ run, host }: World, subject: string) => [
  '!AND',
  verified,
  [
    'OR',
    [
      ['ssl_client_i_dn', 'in', [`CN=${run}-first`, 'CN=another']],
      ['ssl_client_s_dn', 'in', [subject]],
      ['ssl_server_name', '~*', `^(?:${host('listed').replaceAll('.', '\\.')})$`],
      ['request_method', 'in', ['GET']],
      ['OR', ['uri', 'in', ['/only', '/']], ['uri', '~~', '^(?:/below/)']],
    ],
    [
      ['ssl_client_i_dn', 'in', ['CN=nobody']],
      ['ssl_client_s_dn', 'in', ['CN=nobody']],
    ],
  ],
];

const service = ({ id, host, upstreamHost, plainPort }: World, plugins?: object): Wish => ({
  kind: 'service',
  id: id('to-listed'),
  host: host('listed'),
  node: { host: upstreamHost, port: plainPort },
  ...(plugins && { plugins }),
});

const restricted = (world: World, subject: string) => {
  const abort = { http_status: 403, body: 'refused', percentage: 100, vars: [refusal(world, subject)] };
  return service(world, { 'fault-injection': { abort, _meta: { disable: false } } });
};

const subjectOf = ({ clients: { right } }: World) => new X509Certificate(right.cert).subject;

const given = (world: World) => {
  const { id, host, server, first } = world;
  const clients = { ca: first.certificate };
  return [
    { kind: 'server', id: id('listed'), hosts: [host('listed')], pair: server, clients } as const,
    restricted(world, subjectOf(world)),
  ];
};

const ask =
  (more: object): Row['ask'] =>
  ({ host }) => ({ by: 'handshake', sni: host('listed'), ...more });

export const authorization: Section = {
  section: 'a route for some clients only',
  measured: 'the plugin on a route beside a global rule, and conditions on client certificates',
  documents: 'that a list may be negated: sources of fault-injection and of lua-resty-expr',
  rows: [
    {
      row: 'a client that the list names comes in, and its session is kept',
      given,
      ask: ask({ client: 'right', keep: 'listed' }),
      want: /^200$/,
    },
    { row: 'at a path below one of the list too', ask: ask({ client: 'right', path: '/below/it' }), want: /^200$/ },
    { row: 'and at no other path', ask: ask({ client: 'right', path: '/other' }), want: /^403$/ },
    {
      row: 'a client of another issuer is refused',
      ask: ask({ client: 'of an intermediate CA' }),
      want: /^403$/,
    },
    {
      row: 'so is a request to the plain port',
      ask: ({ host }) => ({ by: 'plain', host: host('listed') }),
      want: /^403 refused/,
    },
    {
      row: 'a list that names somebody else refuses the session from before',
      given: (world) => [restricted(world, 'CN=somebody else')],
      ask: ask({ client: 'right', offer: 'listed' }),
      want: /^403 resumed$/,
    },
    {
      row: 'the same route written without the plugin serves everybody',
      given: (world) => [service(world)],
      ask: ask({ client: 'right' }),
      want: /^200$/,
    },
  ],
};
