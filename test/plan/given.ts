import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Kind, mtlsGateway, mtlsUpstream, parseSpec, type Resource } from '../../src/api/kinds.ts';
import type { MtlsGatewaySpec } from '../../src/api/mtls-gateway.ts';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import type { Status } from '../../src/api/status.ts';
import { issue } from '../../src/issuing/issue.ts';
import type { ServedLeaf } from '../../src/model/probe-result.ts';
import type { HeldCertificate } from '../../src/plan/certificates/held.ts';
import type { CertificateRequest } from '../../src/plan/certificates/request.ts';
import { aGateway, anUpstream } from '../harness/given.ts';

export const now = Temporal.Instant.from('2026-11-22T10:00:00Z');
export const hours = (count: number) => Temporal.Duration.from({ hours: count });

/** The example of the design as the API server has stored it, with fields of its spec replaced. */
export function aGatewayResource(spec: object = {}, name = 'test-com'): Resource<MtlsGatewaySpec> {
  return asStored(mtlsGateway, aGateway({ name, spec }));
}

export function anUpstreamResource(spec: object = {}, name = 'mtls-nginx'): Resource<MtlsUpstreamSpec> {
  return asStored(mtlsUpstream, anUpstream({ name, port: 8443, spec }));
}

function asStored<Spec>(kind: Kind<Spec>, object: object): Resource<Spec> {
  const { metadata, spec } = object as { metadata: { name: string }; spec: unknown };
  const parsed = parseSpec(kind, spec);
  assert.ok(parsed.ok, `refused: ${JSON.stringify(parsed)}`);
  return {
    kind: kind.kind,
    metadata: {
      ...metadata,
      namespace: 'shop',
      uid: `uid-of-${metadata.name}`,
      resourceVersion: '1',
      generation: 3,
      creationTimestamp: '2026-11-22T09:00:00Z',
    },
    spec: parsed.value,
    status: {},
  };
}

export function withStatus<Spec>(resource: Resource<Spec>, status: Status): Resource<Spec> {
  return { ...resource, status };
}

const aRequest = { field: '', dnsNames: [], keyAlgorithm: 'ECDSA-P256', duration: hours(2160) } as const;
export const caRequest: CertificateRequest = {
  ...aRequest,
  name: 'ca',
  role: 'ca',
  secretName: 'test-com-ca',
  commonName: 'ROOTCA',
  duration: hours(43_800),
};
export const serverRequest: CertificateRequest = {
  ...aRequest,
  name: 'server',
  role: 'server',
  secretName: 'test-com-server',
  dnsNames: ['test.com', '*.test.com'],
};
export const clientRequest: CertificateRequest = {
  ...aRequest,
  name: 'client/curl',
  role: 'client',
  secretName: 'test-com-curl',
  commonName: 'CLIENT',
};

/** A certificate made as the operator makes it; without an issuer, a CA. */
export function issued(request: CertificateRequest, issuer?: HeldCertificate, at = now): Promise<HeldCertificate> {
  return issue(request, { issuer }, { clock: { now: () => at }, randomBytes });
}

/** A certificate that a server showed, valid in 2026. */
export const servedLeaf = (sha256Fingerprint: string): ServedLeaf => ({
  sha256Fingerprint,
  notAfter: Temporal.Instant.from('2027-01-01T00:00:00Z'),
  chain: {
    notBefore: Temporal.Instant.from('2026-01-01T00:00:00Z'),
    notAfter: Temporal.Instant.from('2027-01-01T00:00:00Z'),
  },
});
