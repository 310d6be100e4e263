/** From what was parsed to an object that fits its schema, with API7's words for what does not fit. */
import type { ErrorObject } from 'ajv';
import jsonPatch from 'fast-json-patch';
import { Refusal } from '../admin/refusal.ts';
import type { Check } from '../admin/schemas.ts';

const article = (type: string) => (/^[aio]/.test(type) ? 'an' : 'a');

/** A sentence as API7's validator words it; it names the field and never its value. */
function describeViolation({ keyword, instancePath, params, message, parentSchema }: ErrorObject): string {
  const where = `Error at "${instancePath}": `;
  if (keyword === 'additionalProperties') return `${where}property "${params['additionalProperty']}" is unsupported`;
  if (keyword === 'type') return `${where}value must be ${article(params['type'])} ${params['type']}`;
  if (keyword === 'not') return where + (parentSchema?.['description'] ?? message);
  return where + message;
}

/** Gives the input, with defaults filled in. Throws a Refusal (400). */
export function mustFit(check: Check, input: unknown): unknown {
  const [first] = check(input);
  if (first !== undefined) throw new Refusal(400, describeViolation(first));
  return input;
}

interface WithId {
  readonly id?: string;
}

/** The body of a POST (no id) or PUT without its id, which must be the one of the URL. Throws a Refusal (400). */
export function readBody<Body extends WithId>(check: Check, input: unknown, id: string | undefined): Body {
  const { id: named, ...rest } = mustFit(check, input) as Body;
  if (named !== undefined && named !== id) throw new Refusal(400, `wrong id in the body: ${named}`);
  return rest as Body;
}

/** The stored body after an RFC 6902 patch. Throws a Refusal (400); fast-json-patch's own text would hold the document. */
export function applyPatch(body: object, patch: unknown): unknown {
  try {
    return jsonPatch.applyPatch(structuredClone(body), patch as readonly jsonPatch.Operation[], true).newDocument;
  } catch (error) {
    const reason = error instanceof jsonPatch.JsonPatchError ? error.name : 'UNUSABLE_PATCH';
    throw new Refusal(400, `the patch cannot be applied: ${reason}`);
  }
}
