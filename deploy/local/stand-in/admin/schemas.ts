/**
 * The JSON Schemas of a product, one file each, with their source in `$comment`. What a later folder holds replaces what
 * an earlier one holds under the same name: a version is the version before it and what changed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

const suffix = '.schema.json';
const home = new URL('../schemas/', import.meta.url);

export type JsonSchema = Readonly<Record<string, unknown>>;

/** All violations that were found before the first one ended the search, the innermost first; none if the input fits. */
export type Check = (input: unknown) => readonly ErrorObject[];

export interface SchemasOptions {
  /** Folders below `schemas`. */
  readonly folders: readonly string[];
  /** Write defaults into what is checked, as a product does whose answers show them. */
  readonly fillIn: boolean;
}

function readFolder(folder: string): readonly (readonly [string, JsonSchema])[] {
  const at = new URL(`${folder}/`, home);
  return readdirSync(at)
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => [file.slice(0, -suffix.length), JSON.parse(readFileSync(new URL(file, at), 'utf8')) as JsonSchema]);
}

const checkOf =
  (validate: ValidateFunction): Check =>
  (input) =>
    validate(input) ? [] : (validate.errors ?? []);

export class Schemas {
  readonly #ajv: Ajv;
  readonly #files: ReadonlyMap<string, JsonSchema>;

  constructor({ folders, fillIn }: SchemasOptions) {
    this.#files = new Map(folders.flatMap(readFolder));
    // A member of oneOf or of if may require a field that the schema around it describes.
    this.#ajv = new Ajv({ strict: true, strictRequired: false, useDefaults: fillIn, verbose: true });
    for (const schema of this.#files.values()) this.#ajv.addSchema(schema);
  }

  /** The file of that name. Throws if there is none. */
  file(name: string): JsonSchema {
    const schema = this.#files.get(name);
    if (schema === undefined) throw new Error(`There is no schema ${name}`);
    return schema;
  }

  check(name: string): Check {
    return this.checkOf(this.file(name));
  }

  checkOf(schema: JsonSchema): Check {
    return checkOf(this.#ajv.compile(schema));
  }
}
