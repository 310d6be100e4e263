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

/** JSON Schema bounds an integer by what a double can hold; Kubernetes by its format. */
function boundInteger(schema: StructuralSchema): void {
  schema.format = (schema.maximum ?? Number.MAX_SAFE_INTEGER) < 2 ** 31 ? 'int32' : 'int64';
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
