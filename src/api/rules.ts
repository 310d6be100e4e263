import * as z from 'zod';
import { escapeProperties, regexLiteral } from './cel.ts';

/** A rule about a whole object, said twice: for the API server in CEL, and for the parser. */
export interface Rule<Value> {
  /** Kubernetes CEL; `self` is the object. */
  readonly rule: string;
  readonly message: string;
  /** The field to name in the finding, where the rule is about one. */
  readonly field?: string;
  /** The same rule for the parser; test/api/spec-cases.ts holds both to one table. */
  readonly holds: (value: Value) => boolean;
}

/** As at the API server: a rule may rely on the schema, so it is asked only about what the schema lets pass. */
const isSoundSoFar = ({ issues }: z.core.ParsePayload) => issues.length === 0;

/** Attaches rules to a schema; the CEL side travels through JSON Schema into the CRD. */
export function withRules<Schema extends z.ZodType>(
  schema: Schema,
  ...rules: readonly Rule<z.output<Schema>>[]
): Schema {
  const refined = rules.reduce(
    (soFar, { message, field, holds }) =>
      soFar.refine(holds, { message, path: field === undefined ? [] : [field], when: isSoundSoFar }),
    schema,
  );
  const cel = rules.map(({ rule, message, field }) => ({
    rule: escapeProperties(rule),
    message,
    ...(field !== undefined && { fieldPath: `.${field}` }),
  }));
  return refined.meta({ ...schema.meta(), 'x-kubernetes-validations': cel });
}

/**
 * A string of one form; `message` says which, to whoever wrote another. For the API server it is a rule and not a
 * `pattern`, since that is refused with nothing but the regular expression.
 */
export function withForm(schema: z.ZodString, form: RegExp, message: string): z.ZodString {
  const rule = `self.matches(${regexLiteral(form)})`;
  return schema.regex(form, message).meta({ 'x-kubernetes-validations': [{ rule, message }] });
}

/** An array that is a set for server-side apply and for the API server's own uniqueness check. */
export function setOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .superRefine((values, context) => refuseRepeated(values, context))
    .meta({ 'x-kubernetes-list-type': 'set' });
}

/** An array of objects told apart by one field. */
export function mapOf<Item extends z.ZodObject>(item: Item, key: keyof z.output<Item> & string) {
  const keysOf = (items: readonly z.output<Item>[]) => items.map((each) => each[key]);
  return z
    .array(item)
    .superRefine((items, context) => refuseRepeated(keysOf(items), context))
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}

function refuseRepeated(keys: readonly unknown[], context: z.RefinementCtx): void {
  const repeated = keys.findIndex((key, index) => keys.indexOf(key) < index);
  if (repeated >= 0) context.addIssue({ code: 'custom', path: [repeated], message: 'is there twice' });
}
