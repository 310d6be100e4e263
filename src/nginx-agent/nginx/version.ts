/** What an NGINX of a version can do that an older one cannot. */
export interface Abilities {
  readonly canSwapLeaf: boolean;
  readonly canKeepIdle: boolean;
}

/** ssl_certificate_cache and keepalive_min_timeout came with it. */
const needed = [1, 27, 4] as const;

/** The version in what `nginx -v` prints: `nginx version: nginx/1.31.3`. */
export function readVersion(printed: string): string | undefined {
  return /nginx\/(\d{1,4}\.\d{1,4}\.\d{1,4})/.exec(printed)?.[1];
}

/** Of a version that is not known, nothing is expected. */
export function abilitiesOf(version: string | undefined): Abilities {
  const isNew = version !== undefined && isAtLeast(version.split('.').map(Number));
  return { canSwapLeaf: isNew, canKeepIdle: isNew };
}

function isAtLeast(parts: readonly number[]): boolean {
  const differing = needed.findIndex((part, at) => part !== parts[at]);
  return differing === -1 || (parts[differing] ?? 0) > (needed[differing] ?? 0);
}
