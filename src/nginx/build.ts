import type { Parsed } from '../api/parse.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { judgeSpec, type NginxSpec } from './grammar.ts';
import type { Around } from './location.ts';
import type { Statement } from './model.ts';
import type { Place } from './place.ts';
import { type Given, httpBlocks } from './server.ts';
import { wholeFile } from './whole-file.ts';

/** What NGINX is to load. */
export interface ServerConfig {
  /** The fields that they are made of, judged. */
  readonly nginx: NginxSpec;
  readonly statements: readonly Statement[];
  /** What NGINX tells at `fingerprintPath` once it has loaded them. */
  readonly fingerprint: Fingerprint;
}

/** Whom the server block is for. */
export interface Purpose extends Around {
  /** CA certificates between the client certificate of the gateway and the root. */
  readonly verifyDepth: number;
  /** Of the resource. */
  readonly uid: string;
  /** SHA-256 of the list of revoked certificates that the operator signed; left out where it signs none. */
  readonly revoked?: string | undefined;
}

/**
 * The configuration of guide B, for the ConfigMap. Findings instead, each naming its field, where a value is outside the
 * grammar.
 */
export function build(spec: unknown, { uid, ...purpose }: Purpose): Parsed<ServerConfig> {
  const judged = judgeSpec(spec);
  if (!judged.ok) return judged;
  const nginx = judged.value;
  const given = { ...purpose, place: placeOf(nginx) };
  const fingerprint = fingerprintOf(statementsOf(nginx, given), uid, purpose.revoked);
  return { ok: true, value: { nginx, statements: statementsOf(nginx, { ...given, fingerprint }), fingerprint } };
}

/** A file of that place. */
export function statementsOf(nginx: NginxSpec, given: Given): readonly Statement[] {
  const { whole } = given.place;
  const blocks = httpBlocks(nginx, given);
  return whole === undefined ? blocks : wholeFile(blocks, whole);
}

/** Where whoever mounts ConfigMap and Secret has them; a whole file is for an NGINX that may write to /tmp alone. */
function placeOf({ tlsDirectory, output }: NginxSpec): Place {
  const whole = output === 'WholeFile' ? { whole: { pid: '/tmp/nginx.pid', temp: '/tmp' } } : {};
  return { directory: tlsDirectory, canSwapLeaf: false, canKeepIdle: false, ...whole };
}
