import * as z from 'zod';
import { authorization, subjectsHaveHosts } from './authorization.ts';
import { ca } from './certificate-authority.ts';
import { clientNames, clientNamesFit, serverNames, serverNamesFit } from './certificate-names.ts';
import * as field from './fields.ts';
import { service } from './gateway-service.ts';
import { broughtAlone, broughtInPlace, leafIssuance, leafIssuanceRules } from './issuance.ts';
import { nginx } from './nginx/server.ts';
import { secretRef, trustSources } from './references.ts';
import { revokedNumbers } from './revocation.ts';
import { setOf, withRules } from './rules.ts';
import { caNameDiffers, differ, secretNamesDiffer } from './secret-names.ts';

const serverCertificate = withRules(
  z.object({
    secretRef: secretRef()
      .optional()
      .describe('A certificate of your own for NGINX: tls.crt with its chain, tls.key, and ca.crt if there is one.'),
    dnsNames: setOf(field.sni())
      .min(1)
      .max(32)
      .optional()
      .describe(
        'DNS names of NGINX, required for a certificate that the operator issues; one of them must cover nginx.serverName, which the gateway verifies.',
      ),
    secretName: field
      .objectName()
      .optional()
      .describe(
        'Secret that NGINX mounts: certificate, key and, in ca.crt, the CAs of the clients that it accepts; also for a certificate of your own. By default the name of the resource followed by -server.',
      ),
    ...serverNames(),
    ...leafIssuance(),
  }),
  ...leafIssuanceRules,
  serverNamesFit,
  broughtAlone,
  {
    rule: 'has(self.secretRef) != has(self.dnsNames)',
    message: 'exactly one of dnsNames, for a certificate that the operator issues, and secretRef must be set',
    holds: ({ secretRef, dnsNames }) => (secretRef === undefined) !== (dnsNames === undefined),
  },
);

const clientCertificate = withRules(
  z.object({
    secretRef: secretRef()
      .optional()
      .describe('A client certificate of your own: tls.crt with its chain, tls.key, and ca.crt if there is one.'),
    commonName: field
      .commonName()
      .optional()
      .describe(
        'Common name in the subject of the client certificate of the gateway, required for a certificate that the operator issues.',
      ),
    secretName: field
      .objectName()
      .optional()
      .describe('Secret for the certificate and key; by default the name of the resource followed by -client.'),
    ...clientNames(),
    ...leafIssuance(),
  }),
  ...leafIssuanceRules,
  clientNamesFit,
  broughtAlone,
  broughtInPlace,
  {
    rule: 'has(self.secretRef) != has(self.commonName)',
    message: 'exactly one of commonName, for a certificate that the operator issues, and secretRef must be set',
    holds: ({ secretRef, commonName }) => (secretRef === undefined) !== (commonName === undefined),
  },
);

/** CEL: where a resource may name its Secrets. */
const cel = { server: 'self.serverCertificate', client: 'self.clientCertificate' };

/** RFC 6125 6.4.3: a wildcard stands for one label, the left-most. */
const covers = (name: string, host: string) => name === host || name === host.replace(/^[^.]+/, '*');

/** `MtlsUpstream`: gateway <-> NGINX. */
export const mtlsUpstreamSpec = withRules(
  z.object({
    gatewayRef: field.gatewayRef(),
    ca: ca(),
    serverCertificate: serverCertificate.describe('The certificate that NGINX presents to the gateway.'),
    clientCertificate: clientCertificate.describe('The certificate that the gateway presents to NGINX.'),
    clientTrust: trustSources().describe(
      'Further CAs whose client certificates NGINX accepts, in addition to the CA of this resource; written to ca.crt of its Secret.',
    ),
    serverTrust: trustSources().describe(
      'Further CAs with which the gateway verifies NGINX, in addition to the CA of this resource.',
    ),
    revoked: revokedNumbers().describe(
      'Client certificates of the CA that NGINX is to reject although they have not ended. The operator signs a list of them, ca.crl, into the Secret of NGINX and into that of the CA, and has NGINX check it. One of these that is in use is replaced.',
    ),
    nginx: nginx.describe('The server block of NGINX, rendered into a ConfigMap.'),
    service: service.describe('The service, upstream and routes at the gateway.'),
    authorization: authorization()
      .optional()
      .describe(
        'Which clients may send which requests to the routes. The gateway answers every request that no entry allows with HTTP 403, so also each one without a verified client certificate. Left out: whoever reaches the gateway may send any.',
      ),
    deletionPolicy: field.deletionPolicy(),
    unusedSecretPolicy: field.unusedSecretPolicy(),
  }),
  {
    rule: "!has(self.serverCertificate.dnsNames) || self.serverCertificate.dnsNames.exists(n, n == self.nginx.serverName || (n.startsWith('*.') && self.nginx.serverName.endsWith(n.substring(1)) && self.nginx.serverName.split('.').size() == n.split('.').size()))",
    message: 'nginx.serverName must be covered by serverCertificate.dnsNames',
    holds: ({ serverCertificate: { dnsNames }, nginx }) =>
      dnsNames === undefined || dnsNames.some((name) => covers(name, nginx.serverName)),
  },
  {
    rule: '!has(self.revoked) || self.revoked.size() == 0 || !has(self.nginx.clientVerification) || !has(self.nginx.clientVerification.revocationLists) || !self.nginx.clientVerification.revocationLists',
    message:
      'revoked must be empty with nginx.clientVerification.revocationLists, since NGINX reads one ca.crl: the operator signs it, or you put it there',
    field: 'revoked',
    holds: ({ revoked, nginx }) => revoked.length === 0 || nginx.clientVerification?.revocationLists !== true,
  },
  subjectsHaveHosts,
  {
    rule: `${caNameDiffers(cel.server)} && ${caNameDiffers(cel.client)} && ${differ(cel.server, cel.client)}`,
    message: secretNamesDiffer.message,
    holds: ({ ca, serverCertificate, clientCertificate }) =>
      secretNamesDiffer.holds(...(ca.generated ? [ca.generated] : []), serverCertificate, clientCertificate),
  },
).describe('Which certificates NGINX and the gateway present to each other, and which service they carry.');

export type MtlsUpstreamSpec = z.output<typeof mtlsUpstreamSpec>;
