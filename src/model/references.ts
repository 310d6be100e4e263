import { mtlsGateway } from '../api/kinds.ts';
import { referencedKind } from '../api/references.ts';
import { isJsonObject, type Json } from './remote-object.ts';

interface NamedObject {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
}

/** By which a resource is found when what it refers to changes: `Secret/shop/rootca`. */
export function referenceTo({ kind, metadata: { namespace, name } }: NamedObject): string {
  return `${kind}/${namespace}/${name}`;
}

/** What a field of that name refers to. Whoever may write a spec may name an MtlsGateway, of which nothing is copied. */
function kindOf(field: string): string | undefined {
  return field === 'mtlsGatewayRef' ? mtlsGateway.kind : referencedKind(field);
}

/** Every reference of a spec to another object of its namespace, wherever it stands, parsed or not. */
export function referencesOf({ metadata, spec }: { metadata: NamedObject['metadata']; spec?: unknown }) {
  return [...new Set(find(spec as Json, metadata.namespace))];
}

function find(value: Json, namespace: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => find(item, namespace));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([field, below]) => {
    const kind = kindOf(field);
    const name = isJsonObject(below) ? below['name'] : undefined;
    if (kind === undefined || typeof name !== 'string') return find(below, namespace);
    return [referenceTo({ kind, metadata: { namespace, name } })];
  });
}
