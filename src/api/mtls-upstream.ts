import { z } from 'zod';
import * as field from './fields.ts';
import { service } from './gateway-service.ts';
import { ca, issuance, issuanceRules } from './issuance.ts';
import { nginx } from './nginx-server.ts';
import { setOf, withRules } from './rules.ts';
import { differ, secretNamesDiffer } from './secret-names.ts';

const serverCertificate = withRules(
  z.object({
    dnsNames: setOf(field.sni())
      .min(1)
      .max(32)
      .describe('DNS names of NGINX; one of them must cover nginx.serverName, which the gateway looks for.'),
    secretName: field
      .objectName()
      .optional()
      .describe(
        'Secret for the certificate and key of NGINX; by default the name of the resource followed by -server.',
      ),
    ...issuance('2160h'),
  }),
  ...issuanceRules,
);

const clientCertificate = withRules(
  z.object({
    commonName: field.commonName().describe('Common name in the subject of the client certificate of the gateway.'),
    secretName: field
      .objectName()
      .optional()
      .describe('Secret for the certificate and key; by default the name of the resource followed by -client.'),
    ...issuance('2160h'),
  }),
  ...issuanceRules,
);

/** CEL: where a resource may name its Secrets. */
const cel = { ca: 'self.ca.generated', server: 'self.serverCertificate', client: 'self.clientCertificate' };

/** RFC 6125 6.4.3: a wildcard stands for one label, the left-most. */
const covers = (name: string, host: string) => name === host || name === host.replace(/^[^.]+/, '*');

/** `MtlsUpstream`: gateway <-> NGINX. */
export const mtlsUpstreamSpec = withRules(
  z.object({
    gatewayRef: field.gatewayRef(),
    ca: ca(),
    serverCertificate: serverCertificate.describe('The certificate that NGINX shows to the gateway.'),
    clientCertificate: clientCertificate.describe('The certificate that the gateway shows to NGINX.'),
    nginx: nginx.describe('The server block of NGINX, rendered into a ConfigMap.'),
    service: service.describe('The service, upstream and routes at the gateway.'),
    deletionPolicy: field.deletionPolicy(),
  }),
  {
    rule: "self.serverCertificate.dnsNames.exists(n, n == self.nginx.serverName || (n.startsWith('*.') && self.nginx.serverName.endsWith(n.substring(1)) && self.nginx.serverName.split('.').size() == n.split('.').size()))",
    message: 'nginx.serverName must be covered by serverCertificate.dnsNames',
    holds: ({ serverCertificate, nginx }) => serverCertificate.dnsNames.some((name) => covers(name, nginx.serverName)),
  },
  {
    rule: `${differ(cel.ca, cel.server)} && ${differ(cel.ca, cel.client)} && ${differ(cel.server, cel.client)}`,
    message: secretNamesDiffer.message,
    holds: (spec) => secretNamesDiffer.holds(spec.ca.generated, spec.serverCertificate, spec.clientCertificate),
  },
).describe('What NGINX and the gateway show each other, and what is served between them.');

export type MtlsUpstreamSpec = z.output<typeof mtlsUpstreamSpec>;
