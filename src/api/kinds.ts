import type * as z from 'zod';
import { mtlsGatewaySpec } from './mtls-gateway.ts';
import { mtlsUpstreamSpec } from './mtls-upstream.ts';
import { type Parsed, parseWith } from './parse.ts';
import type { Status } from './status.ts';

export type { Parsed } from './parse.ts';

/** What the API server needs to know of a kind. */
export interface Kind<Spec = unknown> {
  readonly kind: string;
  readonly description: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly spec: z.ZodType<Spec>;
}

export const mtlsGateway = {
  kind: 'MtlsGateway',
  description:
    'Mutual TLS between clients and a gateway: the certificates of both, and a gateway that requires client certificates.',
  plural: 'mtlsgateways',
  singular: 'mtlsgateway',
  shortNames: ['mgw'],
  spec: mtlsGatewaySpec,
} as const satisfies Kind;

export const mtlsUpstream = {
  kind: 'MtlsUpstream',
  description:
    'Mutual TLS between a gateway and NGINX: the certificates of both, the server block of NGINX, and the service at the gateway.',
  plural: 'mtlsupstreams',
  singular: 'mtlsupstream',
  shortNames: ['mup'],
  spec: mtlsUpstreamSpec,
} as const satisfies Kind;

export const kinds = [mtlsGateway, mtlsUpstream] as const;

/** The parts of object metadata that we read. */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A resource of ours after parsing. */
export interface Resource<Spec> {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Spec;
  readonly status: Status;
}

/** Parses a spec as the API server stored it, by the same rules. Findings name the field: `spec.hosts[0]: …`. */
export function parseSpec<Spec>(kind: Kind<Spec>, spec: unknown): Parsed<Spec> {
  return parseWith(kind.spec, spec, 'spec', 'InvalidSpec');
}
