import { id, nodeHost, notPlayed } from './fields.ts';

const seconds = { type: 'integer', minimum: 1, maximum: 86_400 } as const;

const node = {
  type: 'object',
  required: ['host', 'port', 'weight'],
  additionalProperties: false,
  properties: {
    host: nodeHost,
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    weight: { type: 'integer', minimum: 0, maximum: 65_535 },
    priority: { type: 'integer', default: 0 },
  },
} as const;

/**
 * The upstream inside a service: API7's OpenAPI of 2026 for services. Nodes and one way to choose among them are
 * played; `tls` is the deprecated form, whose objects (`ssls`) this profile does not have.
 */
export const upstreamSchema = {
  type: 'object',
  required: ['nodes'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 65_536, default: 'default' },
    scheme: { enum: ['http', 'https'], default: 'http' },
    type: { enum: ['roundrobin'], default: 'roundrobin' },
    nodes: { type: 'array', items: node, maxItems: 512 },
    retries: { type: 'integer', minimum: 0, maximum: 65_535 },
    retry_timeout: { type: 'number', minimum: 0 },
    timeout: {
      type: 'object',
      additionalProperties: false,
      properties: {
        connect: { ...seconds, default: 60 },
        send: { ...seconds, default: 60 },
        read: { ...seconds, default: 60 },
      },
      default: {},
    },
    keepalive_pool: {
      type: 'object',
      additionalProperties: false,
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 65_535, default: 320 },
        idle_timeout: { type: 'integer', minimum: 0, maximum: 86_400, default: 60 },
        requests: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 1000 },
      },
      default: {},
    },
    pass_host: { enum: ['pass', 'node', 'rewrite'], default: 'pass' },
    upstream_host: nodeHost,
    client_certificate: id,
    ca_certificates: { type: 'array', items: id, uniqueItems: true },
    tls_verify: { type: 'boolean' },
    tls: notPlayed('the deprecated tls field'),
    checks: notPlayed('health checks'),
    service_name: notPlayed('service discovery'),
    discovery_type: notPlayed('service discovery'),
    hash_on: notPlayed('hashing'),
    key: notPlayed('hashing'),
  },
} as const;

export interface Node {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly priority: number;
}

export interface Upstream {
  readonly name: string;
  readonly scheme: 'http' | 'https';
  readonly nodes: readonly Node[];
  readonly retries?: number;
  readonly retry_timeout?: number;
  readonly timeout: { readonly connect: number; readonly send: number; readonly read: number };
  readonly keepalive_pool: { readonly size: number; readonly idle_timeout: number; readonly requests: number };
  readonly pass_host: 'pass' | 'node' | 'rewrite';
  readonly upstream_host?: string;
  readonly client_certificate?: string;
  readonly ca_certificates?: readonly string[];
  readonly tls_verify?: boolean;
}
