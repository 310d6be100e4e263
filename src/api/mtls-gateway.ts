import { z } from 'zod';
import * as field from './fields.ts';
import { ca, issuance, issuanceRules } from './issuance.ts';
import { mapOf, setOf, withRules } from './rules.ts';
import { allDiffer, differ, secretNamesDiffer } from './secret-names.ts';

const serverCertificate = withRules(
  z.object({
    secretName: field
      .objectName()
      .optional()
      .describe(
        'Secret for the certificate and key of the gateway; by default the name of the resource followed by -server.',
      ),
    ...issuance('2160h'),
  }),
  ...issuanceRules,
);

const client = withRules(
  z.object({
    name: field.objectName().max(63).describe('Name of the client within this resource.'),
    commonName: field.commonName().describe('Common name in the subject of the client certificate.'),
    secretName: field
      .objectName()
      .optional()
      .describe(
        'Secret for the certificate and key; by default the names of the resource and of the client with a hyphen between them.',
      ),
    ...issuance('2160h'),
  }),
  ...issuanceRules,
  {
    rule: "has(self.secretName) || !(self.name in ['ca', 'server'])",
    message: 'must not be ca or server, which end the names of other Secrets; or give a secretName',
    field: 'name',
    holds: ({ name, secretName }) => secretName !== undefined || !['ca', 'server'].includes(name),
  },
);

/** CEL: where a resource may name its Secrets. */
const cel = { ca: 'self.ca.generated', server: 'self.serverCertificate' };

/** `MtlsGateway`: clients <-> gateway. */
export const mtlsGatewaySpec = withRules(
  z.object({
    gatewayRef: field.gatewayRef(),
    hosts: setOf(field.sni())
      .min(1)
      .max(32)
      .describe(
        'Names that clients ask for, exact or with * as the first label; each becomes an SNI that demands a client certificate.',
      ),
    ca: ca(),
    serverCertificate: serverCertificate.prefault({}).describe('The certificate that the gateway shows for the hosts.'),
    clients: mapOf(client, 'name').max(100).default([]).describe('Clients that get a certificate from this resource.'),
    verification: z
      .object({
        path: z
          .string()
          .max(1024)
          .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/)
          .default('/')
          .describe('Path that is asked for through the gateway, with and without a client certificate.'),
      })
      .prefault({})
      .describe('How the operator proves that the gateway lets the right certificate pass and refuses its absence.'),
    deletionPolicy: field.deletionPolicy(),
  }),
  {
    rule: `${differ(cel.ca, cel.server)} && ${allDiffer('self.clients')} && self.clients.all(c, ${differ('c', cel.ca)} && ${differ('c', cel.server)})`,
    message: secretNamesDiffer.message,
    holds: (spec) => secretNamesDiffer.holds(spec.ca.generated, spec.serverCertificate, ...spec.clients),
  },
).describe('What the gateway shows, whom it lets in, and which clients get a certificate.');

export type MtlsGatewaySpec = z.output<typeof mtlsGatewaySpec>;
