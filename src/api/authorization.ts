import * as z from 'zod';
import { objectName, uri } from './fields.ts';
import { routeMethods, routePath } from './gateway-service.ts';
import { distinguishedName } from './revocation.ts';
import { setOf, withRules } from './rules.ts';

/** Who may send which requests: `spec.authorization` of an MtlsUpstream. Whatever no entry allows is refused. */

/** Of the namespace: a name in another one would let a tenant rest his routes on what others decide. */
const mtlsGatewayRef = () =>
  z
    .object({ name: objectName().describe('Name of the MtlsGateway, in the same namespace.') })
    .describe('The MtlsGateway at whose hosts the clients arrive; it must use the same gateway.');

const mostNames = 100;
/** Of all names of one resource; longer ones would not fit into the objects of a gateway. */
const mostCharacters = 65_536;

const clients = z.object({
  mtlsGatewayRef: mtlsGatewayRef(),
  names: setOf(objectName(63)).min(1).max(mostNames).describe('Names of clients in its spec.clients.'),
});

const uris = z.object({
  mtlsGatewayRef: mtlsGatewayRef(),
  names: setOf(uri())
    .min(1)
    .max(mostNames)
    .describe('URIs as they stand in uris of its spec.clients; each client that has one of them.'),
});

const subject = z.object({
  subject: distinguishedName().describe('Subject of the certificate, as openssl x509 -nameopt rfc2253 writes it.'),
  issuer: distinguishedName().describe('Issuer of the certificate, as openssl x509 -nameopt rfc2253 writes it.'),
});

const entry = withRules(
  z.object({
    clients: clients.optional().describe('Clients of an MtlsGateway, by name.'),
    uris: uris.optional().describe('Clients of an MtlsGateway, by a URI that their certificates carry.'),
    subjects: z
      .array(subject)
      .min(1)
      .max(mostNames)
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional()
      .describe('Certificates by their names, whoever issued them, as verified at the hosts of the service.'),
    paths: setOf(routePath())
      .min(1)
      .max(16)
      .optional()
      .describe('Paths that they may request, as routes have them; left out: all paths of the routes.'),
    methods: routeMethods().optional().describe('HTTP methods that they may use; left out: all methods of the routes.'),
  }),
  {
    rule: '[has(self.clients), has(self.uris), has(self.subjects)].filter(given, given).size() == 1',
    message: 'exactly one of clients, uris and subjects must be set',
    holds: ({ clients, uris, subjects }) =>
      [clients, uris, subjects].filter((given) => given !== undefined).length === 1,
  },
);

const lengthOf = ({ subjects = [] }: AuthorizationEntry) =>
  subjects.reduce((sum, { subject, issuer }) => sum + subject.length + issuer.length, 0);

/** `spec.authorization`. An empty list could be read both ways, as nobody and as everybody. */
export const authorization = () =>
  withRules(z.array(entry).min(1).max(32).meta({ 'x-kubernetes-list-type': 'atomic' }), {
    rule: `self.map(a, has(a.subjects) ? a.subjects.map(s, s.subject.size() + s.issuer.size()).sum() : 0).sum() <= ${mostCharacters}`,
    message: `the subjects and issuers of all entries must have at most ${mostCharacters} characters in total`,
    holds: (entries) => entries.reduce((sum, one) => sum + lengthOf(one), 0) <= mostCharacters,
  });

export type AuthorizationEntry = z.output<typeof entry>;

/** CEL, for the spec around it: a host of others would vouch for any name. */
export const subjectsHaveHosts = {
  rule: '!has(self.authorization) || !self.authorization.exists(a, has(a.subjects)) || (has(self.service.hosts) && self.service.hosts.size() > 0)',
  message:
    'must not have subjects while service.hosts is empty, since at a host of its own another tenant may trust a CA that issues any name',
  field: 'authorization',
  holds: ({ authorization = [], service }: Restricted) =>
    service.hosts.length > 0 || !authorization.some(({ subjects }) => subjects !== undefined),
};

interface Restricted {
  readonly authorization?: readonly AuthorizationEntry[] | undefined;
  readonly service: { readonly hosts: readonly string[] };
}
