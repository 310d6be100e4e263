import { X509Certificate } from 'node:crypto';
import { nginx } from '../../../src/api/nginx/server.ts';
import { build } from '../../../src/nginx/build.ts';
import { printRelease } from '../../../src/nginx/release.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { sha256Hex } from '../../../src/std/digest.ts';

/** What a release is made of; the operator writes it so. */
export interface Content {
  readonly leaf: ClientPair;
  readonly trust?: string;
  /** A list of revoked certificates. */
  readonly crl?: string;
  /** The answer at /hello. */
  readonly body?: string;
  /** Other fields of `spec.nginx`. */
  readonly fields?: object;
}

const purpose = { verifyDepth: 0, namespace: 'shop', uid: 'd8e5a4f0-3c51-4f57-9a3c-6f1f6c1f1f6b' };

export function releaseText(
  { leaf, trust = '', crl, body = 'Hello API7!', fields = {} }: Content,
  listen: number,
): string {
  const locations = [{ path: '/hello', return: { status: 200, body } }];
  const spec = nginx.parse({ listen, serverName: 'test.com', locations, ...fields });
  const revoked = crl === undefined ? undefined : sha256Hex(crl);
  const built = build(spec, { ...purpose, revoked });
  if (!built.ok) throw new Error('the spec is refused');
  const { verifyDepth, namespace } = purpose;
  return printRelease({
    ...(revoked === undefined ? { format: 1 } : { format: 2, revoked }),
    ...{ nginx: spec, verifyDepth, namespace, fingerprint: built.value.fingerprint },
    leaf: leafDigest(leaf),
    trust: sha256Hex(trust),
  });
}

export function leafDigest({ chainPem }: Pick<ClientPair, 'chainPem'>): string {
  return sha256Hex(new X509Certificate(chainPem).raw);
}
