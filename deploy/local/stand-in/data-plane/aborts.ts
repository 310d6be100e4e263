/** What the Lua side is told of requests that are answered before they go anywhere; deny.lua reads it. */
import type { Abort, DataPlaneState } from './state.ts';

/** A literal of Lua: whatever is not a letter or digit as its octet. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(',')}}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'nil';
  const octets = [...Buffer.from(value)];
  return `"${octets.map((octet) => `\\${String(octet).padStart(3, '0')}`).join('')}"`;
}

/** A chunk of Lua that gives a list. */
export function abortChunk(aborts: readonly Abort[]): string {
  const all = aborts.map(({ http_status, body = '', percentage = 100, vars }) => {
    const always = vars === undefined;
    return `{status=${http_status},body=${literal(body)},percentage=${percentage},always=${always},vars=${literal(vars ?? [])}}`;
  });
  return `return {${all.join(',')}}`;
}

/** The key of the shared dictionary for what global rules answer. */
export function abortEntry({ aborts }: Pick<DataPlaneState, 'aborts'>): ReadonlyMap<string, string> {
  return new Map([['aborts', abortChunk(aborts)]]);
}
