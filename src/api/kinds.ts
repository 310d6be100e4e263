import type { z } from 'zod';
import type { Finding } from '../std/finding.ts';
import { mtlsGatewaySpec } from './mtls-gateway.ts';
import { mtlsUpstreamSpec } from './mtls-upstream.ts';
import type { Status } from './status.ts';

/** What the API server needs to know of a kind beside its schema. */
export interface Kind<Spec = unknown> {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly spec: z.ZodType<Spec>;
}

export const mtlsGateway = {
  kind: 'MtlsGateway',
  plural: 'mtlsgateways',
  singular: 'mtlsgateway',
  shortNames: ['mgw'],
  spec: mtlsGatewaySpec,
} as const satisfies Kind;

export const mtlsUpstream = {
  kind: 'MtlsUpstream',
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

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Parses a spec as the API server stored it. Findings name the field: `spec.hosts[0]: …`. */
export function parseSpec<Spec>(kind: Kind<Spec>, spec: unknown): Parsed<Spec> {
  const result = kind.spec.safeParse(spec);
  if (result.success) return { ok: true, value: result.data };
  const findings = result.error.issues.map((issue) => ({
    reason: 'InvalidSpec',
    message: `${fieldPath(['spec', ...issue.path])}: ${issue.message}`,
  }));
  return { ok: false, findings };
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? String(part) : `.${String(part)}`))
    .join('');
}
