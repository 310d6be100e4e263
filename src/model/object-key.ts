/** Which object, where its kind is known; the namespace of what is in none is empty. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** As one text: neither part can hold a slash (RFC 1123). */
export function keyOf({ namespace, name }: NamespacedName): string {
  return `${namespace}/${name}`;
}
