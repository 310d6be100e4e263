import type { Kind } from '../kinds.ts';
import { referencedKind } from '../references.ts';
import { type StructuralSchema, toStructuralSchema } from '../structural-schema.ts';

/** A field of a kind that names a Secret or a ConfigMap. */
export interface ReferenceField {
  readonly to: 'Secret' | 'ConfigMap';
  /** Names from `spec` to the reference, those before the last list and those after it: `clientTrust`, `secretRef`. */
  readonly path: readonly string[];
  /** How many of `path` lead to the list that the reference stands in; undefined: in none. */
  readonly list?: number;
  /** Whether the reference names a key too. */
  readonly hasKey: boolean;
  /** Beside it, by their path: what decides where the operator writes what it made of the material. */
  readonly destinations: readonly (readonly string[])[];
}

/** Names of fields that say into which Secret something is written; a client's own name is a part of that by default. */
const destinationNames = ['secretName', 'name'];

/** Every reference in the spec of a kind, found in the schema that its CustomResourceDefinition has. */
export function referenceFields(kind: Kind): readonly ReferenceField[] {
  return find(toStructuralSchema(kind.spec), { path: [], lists: [], destinations: [] });
}

interface Place extends Pick<ReferenceField, 'path' | 'destinations'> {
  /** How long the path to each list is that this stands in. */
  readonly lists: readonly number[];
}

function find(schema: StructuralSchema, place: Place): readonly ReferenceField[] {
  const { path, lists } = place;
  if (schema.items !== undefined) {
    return find(schema.items as StructuralSchema, { ...place, lists: [...lists, path.length] });
  }
  const fields = Object.entries(schema.properties ?? {}) as [string, StructuralSchema][];
  const written = fields.filter(([name, { type }]) => destinationNames.includes(name) && type === 'string');
  const destinations = [...place.destinations, ...written.map(([name]) => [...path, name])];
  return fields.flatMap(([name, field]) => {
    const to = referencedKind(name);
    const below = { lists, path: [...path, name], destinations };
    return to === undefined
      ? find(field, below)
      : [{ to, hasKey: field.properties?.['key'] !== undefined, ...toField(below) }];
  });
}

function toField({ path, lists, destinations }: Place) {
  const [list, nested] = lists;
  if (nested !== undefined)
    throw new Error(`${path.join('.')}: a reference in a list of a list, which CEL of 1.31 cannot flatten`);
  return { path, destinations, ...(list !== undefined && { list }) };
}
