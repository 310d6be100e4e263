/** A rule for all requests that ends sessions from before a host demanded certificates, at the host of this run alone. */
import type { Row, Section, World } from '../row.ts';

const served = (clients?: (world: World) => { readonly ca: string }) => (world: World) =>
  [
    {
      kind: 'server',
      id: world.id('opened'),
      hosts: [world.host('opened')],
      pair: world.server,
      ...(clients && { clients: clients(world) }),
    },
  ] as const;
const service = ({ id, host, upstreamHost, plainPort }: World) =>
  ({
    kind: 'service',
    id: id('to-opened'),
    host: host('opened'),
    node: { host: upstreamHost, port: plainPort },
  }) as const;

/** `until` in seconds since 1970. */
const rule = (until: number) => (world: World) => [
  {
    kind: 'global_rules',
    id: world.id('opened'),
    body: {
      plugins: {
        'fault-injection': {
          abort: {
            http_status: 403,
            body: 'refused',
            vars: [
              [
                ['ssl_client_verify', '~=', 'SUCCESS'],
                ['ssl_client_verify', '~=', `#${world.run}`],
                ['ssl_server_name', '~*', `^(?!(?:other\\.test)$)(?:${world.host('opened').replaceAll('.', '\\.')})$`],
                ['msec', '<', until],
              ],
            ],
          },
        },
      },
    },
  },
];
const [longGone, farAway] = [1, 9_999_999_999];

const ask =
  (more: object = {}) =>
  ({ host }: World) => ({ by: 'handshake' as const, sni: host('opened'), ...more });
const resumed = (row: string, more: Partial<Row>, want: RegExp): Row => ({
  row,
  ...more,
  ask: ask({ offer: 'opened' }),
  want,
});

export const openSessions: Section = {
  section: 'a global rule for sessions from before client trust',
  measured: 'sessions made without a certificate before mTLS was switched on',
  documents: 'that such a rule ends by itself, by `msec`: sources of lua-resty-expr and NGINX',
  rows: [
    {
      row: 'a client without a certificate begins one while there is no client trust',
      given: (world) => [service(world), ...served()(world)],
      ask: ask({ keep: 'opened' }),
      want: /^200$/,
    },
    resumed(
      'it is resumed once there is',
      { given: served(({ first }) => ({ ca: first.certificate })) },
      /^200 resumed$/,
    ),
    resumed('a rule refuses it', { objects: rule(farAway) }, /^403 resumed$/),
    { row: 'a client with a certificate comes in', ask: ask({ client: 'right' }), want: /^200$/ },
    {
      row: 'the plain port is not concerned',
      ask: ({ host }) => ({ by: 'plain', host: host('opened') }),
      want: /^200 plain /,
    },
    resumed('a rule whose time is over refuses nobody', { objects: rule(longGone) }, /^200 resumed$/),
    resumed(
      'it is resumed once the rule is gone',
      { removed: (world) => [{ kind: 'global_rules', id: world.id('opened') }] },
      /^200 resumed$/,
    ),
  ],
};
