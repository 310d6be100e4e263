/** A rule for all requests that refuses one client certificate, at the host of this run alone. */
import { X509Certificate } from 'node:crypto';
import type { Row, Section, World } from '../row.ts';

const given = ({ id, host, server, first, upstreamHost, plainPort }: World) => [
  {
    kind: 'server',
    id: id('ruled'),
    hosts: [host('ruled')],
    pair: server,
    clients: { ca: first.certificate },
  } as const,
  { kind: 'service', id: id('to-ruled'), host: host('ruled'), node: { host: upstreamHost, port: plainPort } } as const,
];

const bodyOf = ({ run, host, clients: { right } }: World) => ({
  plugins: {
    'fault-injection': {
      abort: {
        http_status: 403,
        body: 'refused',
        vars: [
          [
            ['ssl_client_i_dn', '==', `CN=${run}-first`],
            ['ssl_client_serial', 'in', [new X509Certificate(right.cert).serialNumber, `#${run}`]],
            ['ssl_client_verify', '==', 'SUCCESS'],
            ['ssl_server_name', '~*', `^(?:${host('ruled').replaceAll('.', '\\.')})$`],
          ],
        ],
      },
    },
  },
});
const rule = (world: World) => ({ kind: 'global_rules', id: world.id('rule') });
const ask =
  (more: object) =>
  ({ host }: World) => ({ by: 'handshake' as const, sni: host('ruled'), ...more });
const put = (row: string, label: string, body: (world: World) => unknown, want: RegExp): Row => ({
  row,
  ask: (world) => ({
    by: 'admin',
    method: 'PUT',
    path: world.door.pathOf('global_rules', world.id(label)),
    body: body(world),
  }),
  want,
});

export const globalRules: Section = {
  section: 'a global rule for client certificates',
  measured: 'revoking a client',
  rows: [
    {
      row: 'the client comes in while there is none, and its session is kept',
      given,
      ask: ask({ client: 'right', keep: 'ruled' }),
      want: /^200$/,
    },
    {
      row: 'its certificate is refused by issuer and serial number',
      objects: (world) => [{ ...rule(world), body: bodyOf(world) }],
      ask: ask({ client: 'right' }),
      want: /^403$/,
    },
    {
      row: 'and so is its session',
      ask: ask({ client: 'right', offer: 'ruled' }),
      want: /^403 resumed$/,
    },
    {
      row: 'another certificate of that subject comes in',
      ask: ask({ client: 'of an intermediate CA' }),
      want: /^200$/,
    },
    {
      row: 'the plain port is not concerned',
      ask: ({ host }) => ({ by: 'plain', host: host('ruled') }),
      want: /^200 plain /,
    },
    put(
      'a second rule with the same plugin is refused, and the first one named',
      'second',
      bodyOf,
      /^400 .*already exists/,
    ),
    put('a plugin that is not there is refused', 'other', () => ({ plugins: { 'no-such-plugin': {} } }), /^400 /),
    put('labels are refused', 'rule', (world) => ({ ...bodyOf(world), labels: { a: 'b' } }), /^400 /),
    put(
      'an expression that is none is refused',
      'rule',
      () => ({
        plugins: { 'fault-injection': { abort: { http_status: 403, vars: [[['a', 'like', 'b']]] } } },
      }),
      /^400 /,
    ),
    {
      row: 'the client comes in again once the rule is gone',
      removed: (world) => [rule(world)],
      ask: ask({ client: 'right' }),
      want: /^200$/,
    },
  ],
};
