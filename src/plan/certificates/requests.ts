import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import { keptRootsSecretName } from '../children/secret.ts';
import { issuance, otherNames } from './issuance.ts';
import {
  type CertificateRequest,
  type CertificateRequests,
  type ExternalLeafRequest,
  keepsRemoved,
} from './request.ts';

export function gatewayCertificates({ metadata, spec }: Resource<MtlsGatewaySpec>): CertificateRequests {
  const { serverCertificate: server } = spec;
  const issued = { ...server, dnsNames: spec.hosts };
  const all = spec.clients.map((client, index) => ({
    ...clientRequest(metadata, client, `client/${client.name}`, `${metadata.name}-${client.name}`),
    field: `spec.clients[${index}].secretName`,
    standalone: true as const,
    revocation: client.revoked,
  }));
  const clients = all.flatMap(({ revocation, ...request }) => (revocation === undefined ? [request] : []));
  const revokedClients = all.flatMap(({ revocation, name, secretName, field }) =>
    revocation === undefined ? [] : [{ name, role: 'client' as const, secretName, field, secret: revocation.secret }],
  );
  const leaves = [...(server.secretRef ? [] : [serverRequest(metadata, issued)]), ...clients];
  const external = server.secretRef
    ? [externalServer(server.secretRef.name, spec.hosts, spec.serverTrust.length > 0)]
    : [];
  return { ca: caOf(metadata, spec.ca, leaves), external, leaves, revokedClients, ...trustOf(metadata, spec) };
}

export function upstreamCertificates({ metadata, spec }: Resource<MtlsUpstreamSpec>): CertificateRequests {
  const { serverCertificate: server, clientCertificate: client } = spec;
  const leaves = [
    ...(server.secretRef ? [] : [serverRequest(metadata, { ...server, dnsNames: server.dnsNames ?? [] })]),
    ...(client.secretRef ? [] : [clientRequest(metadata, client, 'client', `${metadata.name}-client`)]),
  ];
  const external = [
    ...(server.secretRef
      ? [
          {
            ...externalServer(server.secretRef.name, [spec.nginx.serverName], true),
            copy: serverPlace(metadata, server),
          },
        ]
      : []),
    ...(client.secretRef ? [externalClient(client.secretRef.name)] : []),
  ];
  const { revoked } = spec;
  return { ca: caOf(metadata, spec.ca, leaves), external, leaves, ...trustOf(metadata, spec), revoked };
}

type Metadata = Pick<Resource<unknown>['metadata'], 'name' | 'uid'>;

function caOf(metadata: Metadata, ca: MtlsGatewaySpec['ca'], leaves: readonly CertificateRequest[]) {
  if (ca.secretRef) return { external: externalCa(metadata, ca.secretRef.name, ca.whenReplaced) };
  // The schema wants one of the two.
  const generated = ca.generated as NonNullable<typeof ca.generated>;
  const longest = leaves
    .map(({ duration }) => duration)
    .toSorted(Temporal.Duration.compare)
    .at(-1);
  const { renewal, ...request } = issuance(metadata, generated, 'ca');
  return {
    issue: {
      ...request,
      renewal: { ...renewal, ...(longest && { outlast: longest }) },
      name: 'ca',
      role: 'ca',
      secretName: generated.secretName ?? `${metadata.name}-ca`,
      field: 'spec.ca.generated.secretName',
      commonName: generated.commonName,
      dnsNames: [],
      ...(generated.permittedDnsDomains && { permittedDnsDomains: generated.permittedDnsDomains }),
    },
  } as const;
}

/** Where no rotation is asked for, no key is copied. */
function externalCa({ name }: Metadata, secretName: string, whenReplaced: MtlsGatewaySpec['ca']['whenReplaced']) {
  const request = { name: 'ca', role: 'ca', secretName, field: 'spec.ca.secretRef' } as const;
  if (whenReplaced === 'ReplaceAtOnce') return request;
  return { ...request, copy: { ...request, secretName: `${name}-signing-ca`, field: 'spec.ca.whenReplaced' } };
}

function trustOf(
  metadata: Metadata,
  { clientTrust, serverTrust }: Pick<MtlsGatewaySpec, 'clientTrust' | 'serverTrust'>,
) {
  const lists = { clientTrust, serverTrust };
  if (!keepsRemoved(lists)) return lists;
  const field = 'keepRemoved of spec.clientTrust or spec.serverTrust';
  return { ...lists, keptRoots: { name: 'kept-roots', secretName: keptRootsSecretName({ metadata }), field } };
}

type ServerSpec = MtlsGatewaySpec['serverCertificate'] & { readonly dnsNames: readonly string[] };

function serverRequest(metadata: Metadata, server: ServerSpec): CertificateRequest {
  return {
    ...issuance(metadata, server, 'server'),
    ...serverPlace(metadata, server),
    dnsNames: server.dnsNames,
    otherNames: otherNames(server),
  };
}

/** Where the server certificate lies for NGINX. */
export function serverPlace({ name }: Metadata, server: Pick<ServerSpec, 'secretName'>) {
  const secretName = server.secretName ?? `${name}-server`;
  return { name: 'server', role: 'server', secretName, field: 'spec.serverCertificate.secretName' } as const;
}

type ClientSpec = Omit<MtlsGatewaySpec['clients'][number], 'name' | 'commonName' | 'revoked'> & {
  readonly commonName?: string | undefined;
};

function clientRequest(metadata: Metadata, client: ClientSpec, name: string, derived: string): CertificateRequest {
  return {
    ...issuance(metadata, client, name),
    name,
    role: 'client',
    secretName: client.secretName ?? derived,
    field: 'spec.clientCertificate.secretName',
    commonName: client.commonName ?? '',
    dnsNames: client.dnsNames ?? [],
    otherNames: otherNames(client),
  };
}

function externalServer(secretName: string, hosts: readonly string[], mustBeTrusted: boolean): ExternalLeafRequest {
  return {
    name: 'server',
    role: 'server',
    secretName,
    field: 'spec.serverCertificate.secretRef',
    hosts,
    mustBeTrusted,
  };
}

function externalClient(secretName: string): ExternalLeafRequest {
  return {
    name: 'client',
    role: 'client',
    secretName,
    field: 'spec.clientCertificate.secretRef',
    hosts: [],
    mustBeTrusted: true,
  };
}
