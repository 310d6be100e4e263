import { type Described, described, host, id, notPlayed, path } from './fields.ts';
import { type Upstream, upstreamSchema } from './upstream.ts';

/** `/apisix/admin/services`: API7's OpenAPI of 2026 for services; `type` is needed since 3.8. */
export const serviceSchema = {
  type: 'object',
  required: ['name', 'type', 'upstream'],
  additionalProperties: false,
  properties: {
    ...described,
    service_id: id,
    type: { enum: ['http'] },
    hosts: { type: 'array', items: host, minItems: 1, maxItems: 32, uniqueItems: true },
    path_prefix: path,
    strip_path_prefix: { type: 'boolean', default: true },
    status: { enum: [0, 1], default: 1 },
    upstream: upstreamSchema,
    plugins: notPlayed('plugins'),
  },
} as const;

export interface Service extends Described {
  readonly service_id?: string;
  readonly type: 'http';
  readonly hosts?: readonly string[];
  readonly path_prefix?: string;
  readonly strip_path_prefix: boolean;
  readonly status: 0 | 1;
  readonly upstream: Upstream;
}
