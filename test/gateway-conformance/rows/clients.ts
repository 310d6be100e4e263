/** Who gets in, with which alert and at which moment who does not. */
import type { ClientName } from '../material.ts';
import type { Section, World } from '../row.ts';

const cases: readonly (readonly [client: ClientName | undefined, tls13: RegExp, tls12: RegExp])[] = [
  ['right', /^200$/, /^200$/],
  ['of an intermediate CA', /^200$/, /^200$/],
  ['of an intermediate CA that is not sent', /^read 48$/, /^hs 48$/],
  [undefined, /^read 116$/, /^hs 40$/],
  ['of another CA', /^read 48$/, /^hs 48$/],
  ['expired', /^read 45$/, /^hs 45$/],
  ['not yet valid', /^read 42$/, /^hs 42$/],
  ['for servers only', /^read 43$/, /^hs 43$/],
];

const given = ({ id, host, server, first, upstreamHost, plainPort }: World) => [
  { kind: 'server', id: id('mtls'), hosts: [host('mtls')], pair: server, clients: { ca: first.certificate } } as const,
  { kind: 'service', id: id('hello'), host: host('mtls'), node: { host: upstreamHost, port: plainPort } } as const,
];

export const clients: Section = {
  section: 'a TLS port with mTLS',
  measured: 'client mTLS',
  rows: (['TLSv1.3', 'TLSv1.2'] as const).flatMap((version) =>
    cases.map(([client, tls13, tls12], at) => ({
      row: `meets a client certificate ${client ?? 'of nobody'}, ${version}`,
      surprise: 2,
      ...(at === 0 ? { given } : {}),
      ask: ({ host }: World) => ({
        by: 'handshake' as const,
        sni: host('mtls'),
        version,
        ...(client === undefined ? {} : { client }),
      }),
      want: version === 'TLSv1.3' ? tls13 : tls12,
    })),
  ),
};
