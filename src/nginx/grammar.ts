import { type NginxSpec, nginx } from '../api/nginx/server.ts';
import { type Parsed, parseWith } from '../api/parse.ts';

export type { Location, NginxSpec } from '../api/nginx/server.ts';

/**
 * Judges the fields once more before they become text, by the grammar of the API itself: a cluster may run an older CRD
 * or none of our rules, and an agent reads what others could have written. Findings name the field, never its value.
 */
export function judgeSpec(spec: unknown): Parsed<NginxSpec> {
  return parseWith(nginx, spec, 'spec.nginx', 'InvalidSpec');
}
