import type { Resource } from '../api/kinds.ts';
import type { MtlsGatewaySpec } from '../api/mtls-gateway.ts';
import type { MtlsUpstreamSpec } from '../api/mtls-upstream.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import { parseDuration } from '../std/duration.ts';
import type { Finding } from '../std/finding.ts';

/**
 * The plan room: the reasoning, pure. From what was asked and what is there it says what to issue and why, what a
 * gateway shall hold, and which sentences about the resource are true. It performs nothing.
 */

/** One certificate that a resource asks for. */
export interface CertificateRequest {
  /** `ca`, `server`, `client`, or `client/<name>`; as status shows it. */
  readonly name: string;
  readonly role: 'ca' | 'server' | 'client';
  readonly secretName: string;
  /** Where the Secret's name comes from, for findings: `spec.ca.generated.secretName`. */
  readonly field: string;
  /** Left out for a server, whose subject is its first DNS name. */
  readonly commonName?: string;
  readonly dnsNames: readonly string[];
  readonly keyAlgorithm: KeyAlgorithm;
  readonly duration: Temporal.Duration;
  readonly renewBefore?: Temporal.Duration;
  /** Nothing else of the resource needs this certificate: a failure of it stops nothing else. */
  readonly standalone?: true;
}

export interface CertificateRequests {
  readonly ca: CertificateRequest;
  /** The server first, then the clients in the order of the spec. */
  readonly leaves: readonly CertificateRequest[];
}

export function gatewayCertificates({ metadata, spec }: Resource<MtlsGatewaySpec>): CertificateRequests {
  const server = serverRequest(metadata.name, spec.serverCertificate, spec.hosts);
  const clients = spec.clients.map((client, index) => ({
    ...leaf(client, `spec.clients[${index}].secretName`, `${metadata.name}-${client.name}`),
    name: `client/${client.name}`,
    standalone: true as const,
    role: 'client' as const,
    commonName: client.commonName,
    dnsNames: [],
  }));
  return { ca: caRequest(metadata.name, spec.ca), leaves: [server, ...clients] };
}

export function upstreamCertificates({ metadata, spec }: Resource<MtlsUpstreamSpec>): CertificateRequests {
  const server = serverRequest(metadata.name, spec.serverCertificate, spec.serverCertificate.dnsNames);
  const client: CertificateRequest = {
    ...leaf(spec.clientCertificate, 'spec.clientCertificate.secretName', `${metadata.name}-client`),
    name: 'client',
    role: 'client',
    commonName: spec.clientCertificate.commonName,
    dnsNames: [],
  };
  return { ca: caRequest(metadata.name, spec.ca), leaves: [server, client] };
}

/** Two certificates in one Secret would overwrite each other for ever. */
export function findSharedSecret({ ca, leaves }: CertificateRequests): Finding | undefined {
  const all = [ca, ...leaves];
  for (const [index, request] of all.entries()) {
    const first = all.slice(0, index).find(({ secretName }) => secretName === request.secretName);
    if (first === undefined) continue;
    const message = `${request.field}: the Secret ${request.secretName} is already used for ${first.name}`;
    return { reason: 'InvalidSpec', message };
  }
  return undefined;
}

function caRequest(name: string, { generated }: MtlsGatewaySpec['ca']): CertificateRequest {
  return {
    ...leaf(generated, 'spec.ca.generated.secretName', `${name}-ca`),
    name: 'ca',
    role: 'ca',
    commonName: generated.commonName,
    dnsNames: [],
  };
}

function serverRequest(name: string, server: Issuance, dnsNames: readonly string[]): CertificateRequest {
  return {
    ...leaf(server, 'spec.serverCertificate.secretName', `${name}-server`),
    name: 'server',
    role: 'server',
    dnsNames,
  };
}

type Issuance = MtlsGatewaySpec['serverCertificate'];

function leaf(issuance: Issuance, field: string, derivedName: string) {
  return {
    secretName: issuance.secretName ?? derivedName,
    field,
    keyAlgorithm: issuance.keyAlgorithm,
    duration: parseDuration(issuance.duration),
    ...(issuance.renewBefore === undefined ? {} : { renewBefore: parseDuration(issuance.renewBefore) }),
  };
}
