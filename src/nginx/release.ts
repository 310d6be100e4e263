import type { Release } from '../api/nginx/release.ts';
import { statementsOf } from './build.ts';
import type { Place } from './place.ts';
import { render } from './render.ts';

export type { Release } from '../api/nginx/release.ts';

/** The text of a release at a place: what the ConfigMap shows, with the paths and the abilities of one NGINX. */
export function renderRelease(release: Release, place: Place): string {
  const { nginx, verifyDepth, namespace, fingerprint, revoked } = release;
  return render(statementsOf(nginx, { verifyDepth, namespace, fingerprint, revoked, place }));
}

/** As it is written: the same bytes for the same release, with a final newline. */
export function printRelease(release: Release): string {
  return `${JSON.stringify(release, undefined, 2)}\n`;
}
