import { type Described, described, id, notPlayed, path } from './fields.ts';

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE'] as const;

/** `/apisix/admin/routes`: API7's OpenAPI of 2026 for routes. It has `paths`, and neither `uri` nor an upstream. */
export const routeSchema = {
  type: 'object',
  required: ['name', 'service_id', 'paths'],
  additionalProperties: false,
  properties: {
    ...described,
    route_id: id,
    service_id: id,
    paths: { type: 'array', items: path, minItems: 1, maxItems: 64, uniqueItems: true },
    methods: { type: 'array', items: { enum: methods }, minItems: 1, maxItems: 9, uniqueItems: true },
    priority: { type: 'integer', default: 0 },
    vars: notPlayed('vars'),
    timeout: notPlayed('the timeout of a route'),
    enable_websocket: notPlayed('websockets'),
    plugins: notPlayed('plugins'),
  },
} as const;

export interface Route extends Described {
  readonly route_id?: string;
  readonly service_id: string;
  readonly paths: readonly string[];
  readonly methods?: readonly string[];
  readonly priority: number;
}
