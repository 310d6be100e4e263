import { kinds } from './kinds.ts';

/**
 * The annotation `mtls-operator.dev/adopt`: on a resource it names objects at the gateway, on a Secret the resource, that
 * are to become the operator's. Whoever wrote it is a tenant: nothing of it is taken for granted.
 */

/** Where an object stands at a gateway, by the id that it has there. */
export interface AdoptedRef {
  readonly kind: (typeof adoptableKinds)[number];
  readonly id: string;
}

/**
 * Certificates and CA certificates of API7 Enterprise are not among them: SNIs and upstreams of anybody may refer to
 * one, and would get another certificate with it.
 */
export const adoptableKinds = ['snis', 'ssls', 'services', 'routes'] as const;

export function isAdoptable({ kind }: { readonly kind: string }): boolean {
  return adoptableKinds.some((one) => one === kind);
}

/** More than a person writes by hand. */
export const adoptedAtMost = 32;
const longestText = adoptedAtMost * 300;

/**
 * As every version takes it. A slash would end the path at another object (measured: `PUT /ssls/a/b` writes `a`), and
 * dots alone are steps in a path.
 */
const objectId = '(?!\\.{1,2}$)[A-Za-z0-9._-]{1,256}';
const entry = new RegExp(`^(?<kind>${adoptableKinds.join('|')})/(?<id>${objectId})$`);
/** An object, or all of a kind. */
export const adoptablePattern = new RegExp(`^(${adoptableKinds.join('|')})/(\\*|${objectId})$`);

/** Whether it may stand in the path of a request, whoever has written it. */
export function isObjectId(value: unknown): value is string {
  return typeof value === 'string' && new RegExp(`^${objectId}$`).test(value);
}

/** The objects that the annotation names; or what is wrong with it, as the end of a sentence that quotes nothing. */
export function parseAdoption(text: string): readonly AdoptedRef[] | string {
  if (text.length > longestText) return `is longer than ${adoptedAtMost} objects need`;
  const entries = text.split(',').map((part) => part.trim());
  if (entries.length > adoptedAtMost) return `names more than ${adoptedAtMost} objects`;
  const refs = entries.map(parseEntry);
  const wrong = refs.indexOf(undefined);
  const form = `KIND/ID with ${adoptableKinds.join(', ')} as KIND, and letters, digits, ".", "_" and "-" as ID`;
  if (wrong >= 0) return `entry ${wrong + 1} is not ${form}`;
  if (new Set(entries).size < entries.length) return 'names an object twice';
  return refs.filter((ref) => ref !== undefined);
}

function parseEntry(text: string): AdoptedRef | undefined {
  const { kind: named, id } = entry.exec(text)?.groups ?? {};
  const kind = adoptableKinds.find((one) => one === named);
  return kind === undefined || id === undefined ? undefined : { kind, id };
}

/** The resource that the annotation hands a Secret of its namespace to, as `MtlsGateway/test-com`. */
export function parseHandover(text = ''): { readonly kind: string; readonly name: string } | undefined {
  const kind = kinds.find((one) => text.startsWith(`${one.kind}/`))?.kind;
  return kind === undefined ? undefined : { kind, name: text.slice(kind.length + 1) };
}
