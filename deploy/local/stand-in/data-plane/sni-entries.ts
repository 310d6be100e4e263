/** What the Lua side is told about TLS towards clients; sni.lua reads it. */
import type { DataPlaneState, ServedName } from './state.ts';

const separator = '\0';
/** Before each regex, so that an empty one is told from none. */
const exempt = '\x01';

/** Client CAs (empty: no mTLS), depth, protocols, exempt paths, then certificate and key in turn. */
function entry({ pairs, clientTrust, protocols }: ServedName): string {
  const { ca = '', depth = 0, exemptPaths = [] } = clientTrust ?? {};
  const paths = exemptPaths.map((path) => exempt + path).join('');
  const material = pairs.flatMap(({ cert, key }) => [cert, key]);
  return [ca, depth, protocols.join(' '), paths, ...material].join(separator);
}

/** The keys of the shared dictionary, one per name. The first of two objects with one name is the one that is served. */
export function sniEntries({ names }: Pick<DataPlaneState, 'names'>): ReadonlyMap<string, string> {
  return new Map(names.toReversed().map((served) => [`sni:${served.name}`, entry(served)]));
}
