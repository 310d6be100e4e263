import type { StructuralSchema } from '../../src/api/structural-schema.ts';

export interface SchemaField {
  /** Indices left out: `spec.clients[].name`. */
  readonly path: string;
  readonly schema: StructuralSchema;
}

/** A schema and everything below it, fields by their path. */
export function fieldsOf(schema: StructuralSchema, path: string): readonly SchemaField[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    fieldsOf(field as StructuralSchema, `${path}.${name}`),
  );
  const items = schema.items === undefined ? [] : fieldsOf(schema.items as StructuralSchema, `${path}[]`);
  return [{ path, schema }, ...below, ...items];
}

export const withoutIndices = (path: string) => path.replaceAll(/\[\d+\]/g, '[]');
