import { type Kind, kinds } from '../../src/api/kinds.ts';
import { type StructuralSchema, toStructuralSchema } from '../../src/api/structural-schema.ts';
import { fieldsOf, type SchemaField } from '../api/schema-walk.ts';

/** What a page of docs says of a spec, made from the schema that the API server gets: it cannot grow old. */
export interface SpecTables {
  readonly fields: string;
  readonly rules: string;
}

export function specTables(kindName: string): SpecTables {
  const kind = kinds.find(({ kind }) => kind === kindName);
  if (kind === undefined) throw new RangeError(`there is no kind ${kindName}`);
  const fields = specFields(kind);
  return { fields: fieldTable(fields), rules: ruleTable(fields) };
}

/** Every field of the spec, the spec itself first. */
function specFields({ spec }: Kind): readonly SchemaField[] {
  return fieldsOf(toStructuralSchema(spec), 'spec');
}

function fieldTable(fields: readonly SchemaField[]): string {
  // The items of a list are described by the list.
  const rows = fields
    .filter(({ path, schema }) => path !== 'spec' && schema.description !== undefined)
    .map(({ path, schema }) => [code(path), typeOf(schema), defaultOf(path, schema, fields), schema.description ?? '']);
  return table(['Field', 'Type', 'Default', 'Meaning'], rows);
}

/** Rules that span fields; bounds and the form of one text are told by `kubectl explain` and by the refusal itself. */
function ruleTable(fields: readonly SchemaField[]): string {
  const places = new Map<string, ReadonlySet<string>>();
  for (const { path, schema } of fields.filter(({ schema }) => schema.type !== 'string')) {
    for (const { message, fieldPath = '' } of rulesOf(schema)) {
      places.set(message, new Set([...(places.get(message) ?? []), code(path + fieldPath)]));
    }
  }
  return table(
    ['Rule', 'Of'],
    [...places].map(([message, paths]) => [message, [...paths].join(', ')]),
  );
}

interface CelRule {
  readonly message: string;
  readonly fieldPath?: string;
}

function rulesOf(schema: StructuralSchema): readonly CelRule[] {
  return (schema['x-kubernetes-validations'] as readonly CelRule[] | undefined) ?? [];
}

function typeOf({ enum: values, type, items }: StructuralSchema): string {
  if (values !== undefined) return values.map((value) => code(String(value))).join(', ');
  if (type === 'array') return `list of ${typeOf(items as StructuralSchema)}`;
  return String(type);
}

/** What holds where the field is not written. An object is made of the defaults of its fields. */
function defaultOf(path: string, schema: StructuralSchema, fields: readonly SchemaField[]): string {
  const [, parent = '', name = ''] = /^(.*)\.([^.]+)$/.exec(path) ?? [];
  const isRequired = fields.find((field) => field.path === parent)?.schema.required?.includes(name);
  if (isRequired) return '**required**';
  return schema.default === undefined || schema.type === 'object' ? '' : code(JSON.stringify(schema.default));
}

export const code = (text: string) => `\`${text}\``;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  // The blank lines end the HTML comments around it.
  return `\n${[head, head.map(() => '---'), ...rows].map(line).join('')}\n`;
}
