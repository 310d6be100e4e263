/**
 * `POST /apisix/admin/configs/validate`, API7 Enterprise >= 3.9.10: what would be said to objects, by their schemas alone
 * (api7/adc, its validator and end-to-end tests). It has no place for certificates, CA certificates and SNIs.
 */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../admin/refusal.ts';
import type { Check } from '../admin/schemas.ts';
import { readBody } from './fit.ts';
import type { ObjectsContext } from './objects.ts';

/** Taken, and not looked at here. */
const others = ['ssls', 'consumers', 'global_rules', 'stream_routes', 'plugin_metadata'];

export function serveValidation(
  app: FastifyInstance,
  kinds: Readonly<Record<string, { readonly schema: string }>>,
  { schemas, groupOf }: ObjectsContext,
): void {
  const checks = Object.entries(kinds).map(([type, { schema }]) => [type, schemas.check(schema)] as const);
  const types = [...Object.keys(kinds), ...others];
  app.post('/apisix/admin/configs/validate', async (request, reply) => {
    groupOf(request);
    const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(body).find((type) => !types.includes(type));
    if (unknown !== undefined) throw new Refusal(400, `Error at "": property "${unknown}" is unsupported`);
    const errors = checks.flatMap(([type, check]) => complaints(type, check, body[type]));
    if (errors.length > 0) throw new Refusal(400, 'Configuration validation failed', { errors });
    return reply.send({});
  });
}

function complaints(type: string, check: Check, items: unknown): readonly object[] {
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: { readonly id?: string }, index) => {
    try {
      readBody(check, structuredClone(item), item.id);
      return [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [{ resource_type: type, resource_id: item.id, index, error: error.message }];
    }
  });
}
