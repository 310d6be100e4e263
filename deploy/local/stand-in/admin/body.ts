/** From the octets of a request to an object that fits its schema. */

import jsonPatch from 'fast-json-patch';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { patchSchema } from '../schemas/patch.ts';
import { Refusal } from './refusal.ts';

/** As APISIX limits it. */
export const bodyLimit = 1_572_864;

/** What ajv says about the first violation (its `verbose` option adds the schema). */
interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: { readonly description?: string };
}

/** A sentence as API7's validator words it; it names the field and never its value. */
export function describeViolation({ keyword, instancePath, params, message, parentSchema }: Violation): string {
  const where = `Error at "${instancePath}": `;
  if (keyword === 'additionalProperties') return `${where}property "${params['additionalProperty']}" is unsupported`;
  if (keyword === 'not') return where + (parentSchema?.description ?? message);
  return where + message;
}

/** Takes a body of any content type as JSON. Malformed text comes back in the 400, keys and all, as APISIX does it. */
export function parseBodiesAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text.toString()));
    } catch {
      done(new Refusal(400, 'invalid request body: malformed JSON', { req_body: text.toString() }));
    }
  });
}

function mustFit(request: FastifyRequest, input: unknown, schema: Readonly<Record<string, unknown>>): void {
  const validate = request.compileValidationSchema(schema, 'body');
  if (validate(input)) return;
  const [first] = (validate.errors ?? []) as readonly Violation[];
  throw new Refusal(400, first === undefined ? 'invalid body' : describeViolation(first));
}

/** Takes the id out of a body that fits; it must be the one of the URL. */
function withoutId<Body extends { readonly id?: string }>(body: Body, id: string | undefined): Body {
  const { id: named, ...rest } = body;
  if (named !== undefined && named !== id) throw new Refusal(400, `wrong id in the body: ${named}`);
  return rest as Body;
}

/** The body of a POST (no id) or PUT, with defaults filled in. Throws a Refusal (400). */
export function readBody<Body extends { readonly id?: string }>(
  request: FastifyRequest,
  schema: Readonly<Record<string, unknown>>,
  id: string | undefined,
): Body {
  mustFit(request, request.body, schema);
  return withoutId(request.body as Body, id);
}

/** The stored body after an RFC 6902 patch. Throws a Refusal (400); fast-json-patch's own text would hold the document. */
export function readPatched<Body extends { readonly id?: string }>(
  request: FastifyRequest,
  schema: Readonly<Record<string, unknown>>,
  { id, body }: { readonly id: string; readonly body: Body },
): Body {
  mustFit(request, request.body, patchSchema);
  const patched = applyPatch(body, request.body as Parameters<typeof jsonPatch.applyPatch>[1]);
  mustFit(request, patched, schema);
  return withoutId(patched, id);
}

function applyPatch<Body>(body: Body, patch: Parameters<typeof jsonPatch.applyPatch>[1]): Body {
  try {
    return jsonPatch.applyPatch(structuredClone(body), patch, true).newDocument;
  } catch (error) {
    const reason = error instanceof jsonPatch.JsonPatchError ? error.name : 'UNUSABLE_PATCH';
    throw new Refusal(400, `the patch cannot be applied: ${reason}`);
  }
}
