import type { Credential } from './access.ts';
import type { Group } from './group.ts';

/**
 * From the lines of a token file: `a7ee-…` for a user, `a7adm-… GROUP` for the admin key of a gateway group. Throws on
 * another line, without its token.
 */
export function readGroupCredentials(lines: readonly string[], groups: readonly Group[]): readonly Credential[] {
  return lines.map((line, at) => {
    const [token = '', name] = line.trim().split(/\s+/);
    if (name === undefined && !token.startsWith('a7adm-')) return { token };
    const group = groups.find((known) => known.name === name);
    if (group === undefined) throw new Error(`Token ${at + 1} of the token file names no gateway group that exists`);
    return { token, group };
  });
}
