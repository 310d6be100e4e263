import * as z from 'zod';
import { ca } from './certificate-authority.ts';
import { clientNames, clientNamesFit, countOfNames, serverNames, serverNamesFit } from './certificate-names.ts';
import { clientVerification, exempts } from './client-verification.ts';
import * as field from './fields.ts';
import { broughtAlone, broughtInPlace, leafIssuance, leafIssuanceRules } from './issuance.ts';
import { secretRef, trustSources } from './references.ts';
import { revokedCertificates, revokedClient } from './revocation.ts';
import { mapOf, setOf, withForm, withRules } from './rules.ts';
import { allDiffer, caNameDiffers, differ, secretNamesDiffer } from './secret-names.ts';

const serverCertificate = withRules(
  z.object({
    secretRef: secretRef()
      .optional()
      .describe(
        'A certificate of your own, for example from cert-manager: tls.crt with its chain, tls.key, and ca.crt if there is one.',
      ),
    secretName: field
      .objectName()
      .optional()
      .describe(
        'Secret for the certificate and key of the gateway; by default the name of the resource followed by -server.',
      ),
    ...serverNames(),
    ...leafIssuance(),
  }),
  ...leafIssuanceRules,
  serverNamesFit,
  broughtAlone,
  broughtInPlace,
);

const client = withRules(
  z.object({
    name: field.objectName(63).describe('Name of the client within this resource.'),
    commonName: field.commonName().describe('Common name in the subject of the client certificate.'),
    secretName: field
      .objectName()
      .optional()
      .describe(
        'Secret for the certificate and key; by default the names of the resource and of the client with a hyphen between them.',
      ),
    ...clientNames(),
    ...leafIssuance(),
    revoked: revokedClient()
      .optional()
      .describe(
        'Refuses every certificate of the client that has not ended, and issues none. Without it a new one is issued, and the former ones stay refused.',
      ),
  }),
  ...leafIssuanceRules,
  clientNamesFit,
  {
    rule: "has(self.secretName) || !self.name.matches('^(.*-)?(ca|server)$')",
    message:
      'must not be ca or server or end with -ca or -server, as the names of other Secrets do; or give a secretName',
    field: 'name',
    holds: ({ name, secretName }) => secretName !== undefined || !/^(.*-)?(ca|server)$/.test(name),
  },
);

/** Of all clients together: each is looked at before its certificate is signed, and again when that is read. */
const mostNames = 1024;

const namesOf = ({ dnsNames = [], ipAddresses = [], uris = [], emailAddresses = [] }: z.output<typeof client>) => [
  ...dnsNames,
  ...ipAddresses,
  ...uris,
  ...emailAddresses,
];

/** `MtlsGateway`: clients <-> gateway. */
export const mtlsGatewaySpec = withRules(
  z.object({
    gatewayRef: field.gatewayRef(),
    hosts: setOf(field.sni())
      .min(1)
      .max(32)
      .describe(
        'Host names, exact or with * as the first label; each becomes an SNI that requires a client certificate.',
      ),
    ca: ca(),
    serverCertificate: serverCertificate
      .prefault({})
      .describe('The certificate that the gateway presents for the hosts.'),
    clients: mapOf(client, 'name').max(100).default([]).describe('Clients that get a certificate from this resource.'),
    revoked: revokedCertificates().describe(
      'Client certificates that the gateway refuses for these hosts, whoever issued them.',
    ),
    clientTrust: trustSources().describe(
      'Further CAs whose client certificates are accepted, in addition to the CA of this resource.',
    ),
    serverTrust: trustSources().describe(
      'Further CAs that clients need to verify the gateway, in addition to the CA of this resource; written to ca.crt of the Secrets of clients.',
    ),
    clientVerification: clientVerification()
      .prefault({})
      .describe('How the gateway verifies client certificates, apart from which CAs it trusts.'),
    verification: z
      .object({
        path: withForm(
          z.string().max(1024),
          /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/,
          "must be a path, like /ip, without a query: letters, digits and . _ ~ ! $ & ' ( ) * + , ; = : @ % / -",
        )
          .default('/')
          .describe('Path that the operator requests through the gateway, with and without a client certificate.'),
      })
      .prefault({})
      .describe(
        'How the operator proves that the gateway accepts the right client certificate and rejects requests without one.',
      ),
    deletionPolicy: field.deletionPolicy(),
    unusedSecretPolicy: field.unusedSecretPolicy(),
  }),
  {
    rule: "self.hosts.all(h, !h.matches('^[0-9.]+$'))",
    message: 'must be host names, not IP addresses: clients send no SNI for an address',
    field: 'hosts',
    holds: ({ hosts }) => !hosts.some((host) => /^[0-9.]+$/.test(host)),
  },
  {
    rule: `self.clients.map(c, ${countOfNames('c')}).sum() <= ${mostNames}`,
    message: `must have at most ${mostNames} names in total; spread them over several MtlsGateways`,
    field: 'clients',
    holds: ({ clients }) => clients.flatMap(namesOf).length <= mostNames,
  },
  {
    rule: "!self.clientVerification.exemptPaths.exists(p, p == self.verification.path || (p.endsWith('*') && self.verification.path.startsWith(p.substring(0, p.size() - 1))))",
    message:
      'must not be exempt from client verification, since the operator proves there that client certificates are required',
    field: 'verification',
    holds: ({ clientVerification: { exemptPaths }, verification: { path } }) =>
      !exemptPaths.some((exempt) => exempts(exempt, path)),
  },
  {
    rule: `${caNameDiffers('self.serverCertificate')} && ${allDiffer('self.clients')} && self.clients.all(c, ${caNameDiffers('c')} && ${differ('c', 'self.serverCertificate')})`,
    message: secretNamesDiffer.message,
    holds: ({ ca, serverCertificate, clients }) =>
      secretNamesDiffer.holds(...(ca.generated ? [ca.generated] : []), serverCertificate, ...clients),
  },
).describe('Which certificate the gateway presents, which clients it accepts, and which clients get a certificate.');

export type MtlsGatewaySpec = z.output<typeof mtlsGatewaySpec>;
