import { type Kind, kinds } from '../../src/api/kinds.ts';
import { type StructuralSchema, toStructuralSchema } from '../../src/api/structural-schema.ts';
import { fieldsOf, type SchemaField } from '../api/schema-walk.ts';
import { chineseTexts } from './chinese-texts.ts';

type Language = 'en' | 'zh';

const languages = {
  en: {
    head: { fields: ['Field', 'Type', 'Default', 'Meaning'], rules: ['Rule', 'Of'] },
    comma: ', ',
    required: '**required**',
    listOf: (type: string) => `list of ${type}`,
    inWords: (text: string) => text,
  },
  zh: {
    head: { fields: ['字段', '类型', '默认值', '含义'], rules: ['规则', '适用于'] },
    comma: '、',
    required: '**必填**',
    listOf: (type: string) => `${type} 列表`,
    inWords: (text: string) => chineseTexts[text] ?? `缺少译文：${text}`,
  },
} as const;

/** What a page of docs says of a spec, made from the schema that the API server gets: it cannot grow old. */
export interface SpecTables {
  readonly fields: string;
  readonly rules: string;
}

export function specTables(kindName: string, language: Language = 'en'): SpecTables {
  const fields = specFields(findKind(kindName));
  return { fields: fieldTable(fields, language), rules: ruleTable(fields, language) };
}

/** What the tables of a kind say in words. */
export function textsOf(kindName: string): readonly string[] {
  const fields = specFields(findKind(kindName));
  const described = describedIn(fields).map(({ schema }) => schema.description ?? '');
  return [...described, ...rulesIn(fields).keys()];
}

function findKind(kindName: string): Kind {
  const kind = kinds.find(({ kind }) => kind === kindName);
  if (kind === undefined) throw new RangeError(`there is no kind ${kindName}`);
  return kind;
}

/** Every field of the spec, the spec itself first. */
function specFields({ spec }: Kind): readonly SchemaField[] {
  return fieldsOf(toStructuralSchema(spec), 'spec');
}

function fieldTable(fields: readonly SchemaField[], language: Language): string {
  const { head, inWords } = languages[language];
  const rows = describedIn(fields).map(({ path, schema }) => [
    code(path),
    typeOf(schema, language),
    defaultOf(path, schema, fields, language),
    inWords(schema.description ?? ''),
  ]);
  return table(head.fields, rows);
}

/** The items of a list are described by the list. */
function describedIn(fields: readonly SchemaField[]): readonly SchemaField[] {
  return fields.filter(({ path, schema }) => path !== 'spec' && schema.description !== undefined);
}

function ruleTable(fields: readonly SchemaField[], language: Language): string {
  const { head, comma, inWords } = languages[language];
  const rows = [...rulesIn(fields)].map(([message, paths]) => [inWords(message), [...paths].join(comma)]);
  return table(head.rules, rows);
}

/** Rules that span fields; bounds and the form of one text are told by `kubectl explain` and by the refusal itself. */
function rulesIn(fields: readonly SchemaField[]): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, ReadonlySet<string>>();
  for (const { path, schema } of fields.filter(({ schema }) => schema.type !== 'string')) {
    for (const { message, fieldPath = '' } of rulesOf(schema)) {
      places.set(message, new Set([...(places.get(message) ?? []), code(path + fieldPath)]));
    }
  }
  return places;
}

interface CelRule {
  readonly message: string;
  readonly fieldPath?: string;
}

function rulesOf(schema: StructuralSchema): readonly CelRule[] {
  return (schema['x-kubernetes-validations'] as readonly CelRule[] | undefined) ?? [];
}

function typeOf({ enum: values, type, items }: StructuralSchema, language: Language): string {
  if (values !== undefined) return values.map((value) => code(String(value))).join(languages[language].comma);
  if (type === 'array') return languages[language].listOf(typeOf(items as StructuralSchema, language));
  return String(type);
}

/** What holds where the field is not written. An object is made of the defaults of its fields. */
function defaultOf(path: string, schema: StructuralSchema, fields: readonly SchemaField[], language: Language): string {
  const [, parent = '', name = ''] = /^(.*)\.([^.]+)$/.exec(path) ?? [];
  const isRequired = fields.find((field) => field.path === parent)?.schema.required?.includes(name);
  if (isRequired) return languages[language].required;
  return schema.default === undefined || schema.type === 'object' ? '' : code(JSON.stringify(schema.default));
}

export const code = (text: string) => `\`${text}\``;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  // The blank lines end the HTML comments around it.
  return `\n${[head, head.map(() => '---'), ...rows].map(line).join('')}\n`;
}
