import { type DesiredObject, isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';

/**
 * `POST configs/validate`: a control plane is asked what it would say to objects, without changing anything. It knows
 * neither certificates nor SNIs of API7 Enterprise >= 3.6; what it does not know is left out.
 */
const known = ['ssls', 'services', 'routes'];

/** The body of the question; undefined where there is nothing to ask. */
export function questionFor(objects: readonly DesiredObject[]): JsonObject | undefined {
  const ids = new Set(objects.map(({ id }) => id));
  const asked = known.flatMap((kind) => {
    const items = objects.filter((object) => object.kind === kind);
    return items.length === 0 ? [] : [[kind, items.map(({ id, body }) => ({ id, ...withoutNew(body, ids) }))] as const];
  });
  return asked.length === 0 ? undefined : Object.fromEntries(asked);
}

/** Collections in which something would be refused, as the answer names them; its texts may quote what was sent. */
export function refusedIn(answer: Json): readonly string[] {
  const errors = isJsonObject(answer) && Array.isArray(answer['errors']) ? answer['errors'] : [];
  const named = errors.map((error) => (isJsonObject(error) ? error['resource_type'] : undefined));
  const found = known.filter((kind) => named.includes(kind));
  return found.length === 0 ? ['the objects'] : found;
}

/** Apache APISIX looks a client certificate up among what it has, where one that comes with the same change is not yet. */
function withoutNew(body: JsonObject, ids: ReadonlySet<string>): JsonObject {
  const { upstream } = body;
  if (!isJsonObject(upstream) || !isJsonObject(upstream['tls'])) return body;
  const { client_cert_id: certificate, ...tls } = upstream['tls'];
  return ids.has(String(certificate)) ? { ...body, upstream: { ...upstream, tls } } : body;
}
