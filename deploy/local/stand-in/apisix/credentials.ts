import type { Credential } from './access.ts';

/** From the lines of a token file: `KEY` of an administrator, or `KEY viewer`. Throws on another line, without its key. */
export function readRoleCredentials(lines: readonly string[]): readonly Credential[] {
  return lines.map((line, at) => {
    const [token = '', role = 'admin'] = line.trim().split(/\s+/);
    if (role !== 'admin' && role !== 'viewer') throw new Error(`Token ${at + 1} of the token file has no known role`);
    return { token, role };
  });
}
