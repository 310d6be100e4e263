import * as z from 'zod';
import type { Finding } from '../../std/finding.ts';
import { parseJson } from '../../std/json.ts';
import { type Parsed, parseWith } from '../parse.ts';
import { nginx } from './server.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What an agent beside NGINX is told, under the key `release.json` of the ConfigMap: the fields that the configuration is
 * made of, and which certificates belong to it, so that it takes up no configuration before its certificates.
 */
const release = z.object({
  /** 2: with `revoked`, which an agent of before would not heed. */
  format: z.union([z.literal(1), z.literal(2)]),
  nginx,
  /** CA certificates above the client certificate of the gateway. */
  verifyDepth: z.int().min(0).max(1000),
  /** Of the resource. */
  namespace: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  /** What NGINX tells once it has loaded it. */
  fingerprint: z.object({ resource: z.string().regex(/^[0-9a-f]{16}$/), config: sha256 }),
  /** SHA-256 of the leaf in tls.crt (DER). */
  leaf: sha256,
  /** SHA-256 of ca.crt as it lies in the Secret. */
  trust: sha256,
  /** SHA-256 of ca.crl as it lies in the Secret, where NGINX is to check the list that the operator signed. */
  revoked: sha256.optional(),
});

export type Release = z.output<typeof release>;

/** A file of this name belongs to the agent alone. */
export const releaseKey = 'release.json';

/** Findings say what is wrong with a text that no operator of this version wrote. */
export function parseRelease(text: string): Parsed<Release> {
  const value = parseJson(text);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format === 'number' && format > 2)
    return refused(`is of format ${format}, which a newer operator writes: update the agent`);
  return value === undefined ? refused('is not JSON') : parseWith(release, value, releaseKey, 'InvalidSpec');
}

function refused(what: string): { readonly ok: false; readonly findings: readonly Finding[] } {
  return { ok: false, findings: [{ reason: 'InvalidSpec', message: `${releaseKey}: ${what}` }] };
}
