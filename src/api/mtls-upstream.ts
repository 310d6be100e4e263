import { z } from 'zod';
import * as field from './fields.ts';
import { differ, secretNamesDiffer } from './secret-names.ts';

/** A URI path without anything that could end an NGINX token or start a variable. */
const path = () =>
  z
    .string()
    .min(1)
    .max(1024)
    .regex(/^\/[A-Za-z0-9._~+,=:@%/-]*$/);
/** A prefix match ends in `/*`, as the Admin API has it. */
const routePath = () =>
  z
    .string()
    .min(1)
    .max(1024)
    .regex(/^\/[A-Za-z0-9._~+,=:@%/-]*\*?$/);
/** Names of services and routes at the gateway; 100 characters is what every version takes. */
const gatewayName = () =>
  z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
/** Hostname or IPv4 address, as the Admin API has node hosts. */
const nodeHost = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/);

const serverCertificate = field.withRules(
  z.object({
    dnsNames: field.setOf(field.sni()).min(1).max(32).describe('DNS names of NGINX; the gateway checks the first one.'),
    secretName: field
      .objectName()
      .optional()
      .describe('Secret for the certificate and key of NGINX; left out, the name of the resource and -server.'),
    ...field.issuance('2160h'),
  }),
  ...field.issuanceRules,
  {
    rule: "!self.dnsNames[0].startsWith('*')",
    message: 'the first must not be a wildcard',
    field: 'dnsNames',
    holds: ({ dnsNames }) => !dnsNames[0]?.startsWith('*'),
  },
);

const clientCertificate = field.withRules(
  z.object({
    commonName: field.commonName().describe('Common name in the subject of the client certificate of the gateway.'),
    secretName: field
      .objectName()
      .optional()
      .describe('Secret for the certificate and key; left out, the name of the resource and -client.'),
    ...field.issuance('2160h'),
  }),
  ...field.issuanceRules,
);

const location = field.withRules(
  z.object({
    path: path().describe('Prefix of the URI that the location answers.'),
    return: z
      .object({
        status: z.int().min(200).max(599).describe('HTTP status of the answer.'),
        body: z
          .string()
          .max(1024)
          .regex(/^[^$\x00-\x1f\x7f]*$/)
          .default('')
          .describe('Text of the answer; one line, without $, which NGINX would take for a variable.'),
      })
      .optional()
      .describe('A fixed answer.'),
    proxy: z
      .object({
        host: nodeHost().describe('Host of the application behind NGINX.'),
        port: field.port().describe('Port of the application behind NGINX.'),
      })
      .optional()
      .describe('An application behind NGINX, spoken to over HTTP.'),
  }),
  {
    rule: 'has(self.return) != has(self.proxy)',
    message: 'exactly one of return and proxy must be set',
    holds: (location) => (location.return === undefined) !== (location.proxy === undefined),
  },
);

const nginx = z.object({
  listen: field.port().default(8443).describe('Port on which NGINX listens for the gateway.'),
  serverName: field.hostname().describe('Name of the server block; one of dnsNames must cover it.'),
  configMapName: field
    .objectName()
    .optional()
    .describe(
      'ConfigMap for the configuration, under the key mtls.conf; left out, the name of the resource and -nginx.',
    ),
  tlsDirectory: z
    .string()
    .min(1)
    .max(255)
    .regex(/^\/?[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/)
    .default('tls')
    .describe(
      'Directory in which NGINX finds the server Secret; a relative one starts at the directory of nginx.conf.',
    ),
  locations: field.mapOf(location, 'path').min(1).max(64).describe('What NGINX answers, by path.'),
});

const node = z.object({
  host: nodeHost().describe('Host name or address of NGINX, as the gateway reaches it.'),
  port: field.port().describe('Port of NGINX.'),
  weight: z.int().min(0).max(65535).default(100).describe('Share of the requests that this node gets.'),
});

const route = z.object({
  name: gatewayName().describe('Name of the route at the gateway.'),
  methods: field
    .setOf(z.enum(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']))
    .min(1)
    .max(7)
    .default(['GET'])
    .describe('HTTP methods that the route takes.'),
  paths: field.setOf(routePath()).min(1).max(64).describe('Paths that the route takes; a final /* matches all below.'),
});

const service = z.object({
  name: gatewayName().describe('Name of the service at the gateway.'),
  hosts: field.setOf(field.sni()).max(32).default([]).describe('Hosts for which the service answers; empty, for all.'),
  upstream: z
    .object({
      nodes: z.array(node).min(1).max(64).meta({ 'x-kubernetes-list-type': 'atomic' }).describe('Where NGINX listens.'),
      retries: z
        .int()
        .min(0)
        .max(10)
        .default(2)
        .describe('How often a request that failed in connecting is repeated; 2 hides the reload of one NGINX.'),
    })
    .describe('The NGINX behind the service.'),
  routes: field.mapOf(route, 'name').min(1).max(64).describe('Routes of the service.'),
});

const ca = 'self.ca.generated';
const server = 'self.serverCertificate';
const client = 'self.clientCertificate';

/** RFC 6125 6.4.3: a wildcard stands for one label, the left-most. */
const covers = (name: string, host: string) => name === host || name === host.replace(/^[^.]+/, '*');

/** `MtlsUpstream`: gateway <-> NGINX. */
export const mtlsUpstreamSpec = field
  .withRules(
    z.object({
      gatewayRef: field.gatewayRef(),
      ca: field.ca(),
      serverCertificate: serverCertificate.describe('The certificate that NGINX shows to the gateway.'),
      clientCertificate: clientCertificate.describe('The certificate that the gateway shows to NGINX.'),
      nginx: nginx.describe('The server block of NGINX, rendered into a ConfigMap.'),
      service: service.describe('The service, upstream and routes at the gateway.'),
      deletionPolicy: field.deletionPolicy(),
    }),
    {
      rule: "self.serverCertificate.dnsNames.exists(n, n == self.nginx.serverName || (n.startsWith('*.') && self.nginx.serverName.endsWith(n.substring(1)) && self.nginx.serverName.split('.').size() == n.split('.').size()))",
      message: 'nginx.serverName must be covered by serverCertificate.dnsNames',
      holds: ({ serverCertificate, nginx }) =>
        serverCertificate.dnsNames.some((name) => covers(name, nginx.serverName)),
    },
    {
      rule: `${differ(ca, server)} && ${differ(ca, client)} && ${differ(server, client)}`,
      message: secretNamesDiffer.message,
      holds: (spec) => secretNamesDiffer.holds(spec.ca.generated, spec.serverCertificate, spec.clientCertificate),
    },
  )
  .describe('What NGINX and the gateway show each other, and what is served between them.');

export type MtlsUpstreamSpec = z.output<typeof mtlsUpstreamSpec>;
