/** One part of the resources: number `index` of `count`, from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * Whether the resource is of this shard. FNV-1a, 32 bits, over the UTF-8 bytes of `namespace/name`: the same in every
 * version of the operator, and written down in docs/operations.md, so that anybody can compute it.
 */
export function owns({ index, count }: Shard, { namespace, name }: { namespace: string; name: string }): boolean {
  return fnv1a(`${namespace}/${name}`) % count === index;
}

/** draft-eastlake-fnv: offset basis and prime for 32 bits. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** `0/3`; undefined on anything else. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  return shard.index < shard.count ? shard : undefined;
}
