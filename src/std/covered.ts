/**
 * Whether all of `wanted` is in `seen`: each field of an object, and of a list as many items, each covered by the one at
 * its place. What `seen` has beside it, as defaults of a server, does not count.
 */
export function isCovered(wanted: unknown, seen: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(seen) || seen.length !== wanted.length) return false;
    return wanted.every((item, at) => isCovered(item, seen[at]));
  }
  if (typeof wanted !== 'object' || wanted === null) return wanted === seen;
  if (typeof seen !== 'object' || seen === null) return false;
  const fields = seen as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([name, value]) => isCovered(value, fields[name]));
}
