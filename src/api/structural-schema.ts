import * as z from 'zod';

/** OpenAPI v3 as a CustomResourceDefinition takes it (Kubernetes: structural schemas). */
export type StructuralSchema = z.core.JSONSchema.BaseSchema;

/** The schema of what users write, that is the input of the parser: a field with a default is not required. */
export function toStructuralSchema(schema: z.ZodType): StructuralSchema {
  const { $schema, ...structural } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // The API server knows the format date-time; the pattern beside it is in the regular expressions of ECMAScript.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // Said as a rule, with its sentence: see `withForm`.
      if ('x-kubernetes-validations' in jsonSchema) delete jsonSchema.pattern;
      if (jsonSchema.type === 'integer') boundInteger(jsonSchema);
    },
  });
  return structural;
}

/**
 * The same without the defaults of fields inside lists and maps, which are the parser's alone; their descriptions name
 * them. What the API server put into a list that a person wrote would be a difference for ever to each tool that
 * compares lists as a whole, as client-side apply does with custom resources.
 */
export function withoutDefaultsInLists(schema: StructuralSchema): StructuralSchema {
  return { ...schema, ...below(schema, withoutDefaultsInLists) };
}

function withoutDefaults({ default: value, ...schema }: StructuralSchema): StructuralSchema {
  const isTold = ['string', 'number', 'boolean'].includes(typeof value);
  const told = `${schema.description} By default ${value === '' ? 'empty' : value}.`;
  return { ...schema, ...(isTold && { description: told }), ...below(schema, withoutDefaults) };
}

/** The fields of a schema, each changed so; of lists and maps what they hold, without defaults. */
function below(
  { properties, items, additionalProperties }: StructuralSchema,
  change: (field: StructuralSchema) => StructuralSchema,
): StructuralSchema {
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, change(field as StructuralSchema)]);
  return {
    ...(properties !== undefined && { properties: Object.fromEntries(fields) }),
    ...(typeof items === 'object' && { items: withoutDefaults(items as StructuralSchema) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: withoutDefaults(additionalProperties) }),
  };
}

/** JSON Schema bounds an integer by what a double can hold; Kubernetes by its format. */
function boundInteger(schema: StructuralSchema): void {
  schema.format = (schema.maximum ?? Number.MAX_SAFE_INTEGER) < 2 ** 31 ? 'int32' : 'int64';
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
