import assert from 'node:assert/strict';
import type { Secret } from '../../../src/model/kube-object.ts';
import type { Made, Openssl } from '../../pki/path/given.ts';
import type { Rehearsal } from '../rehearse.ts';
import { certificates, text } from './given.ts';

export const brought = 'corporate-ca';
const copies = { MtlsGateway: 'test-com-signing-ca', MtlsUpstream: 'mtls-nginx-signing-ca' } as const;
/** Three roots by openssl; each file makes its own, which it removes after its tests. */
export function threeRoots(openssl: Openssl) {
  const [one, two, three] = ['One', 'Two', 'Three'].map((name) => openssl.root({ subject: `/CN=${name}` }));
  assert.ok(one && two && three);
  return { one, two, three };
}

/** Puts it into the Secret that the spec names; `trust`: its ca.crt. */
export function bring({ references }: Rehearsal, { pem, keyPem }: Pick<Made, 'pem' | 'keyPem'>, trust?: string): void {
  const texts = { 'tls.crt': pem, 'tls.key': keyPem, ...(trust !== undefined && { 'ca.crt': trust }) };
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  const metadata = { name: brought, namespace: 'shop' };
  references.set(brought, { apiVersion: 'v1', kind: 'Secret', metadata, data } as Secret);
}

export function withBrought(rehearsal: Rehearsal, first: Made, whenReplaced?: string): Rehearsal {
  const ca = { secretRef: { name: brought }, ...(whenReplaced && { whenReplaced }) };
  rehearsal.edit({ spec: { ...(rehearsal.resource.spec as object), ca } });
  // openssl signs for now, and not for the day of the other tests.
  rehearsal.now = Temporal.Now.instant().add({ minutes: 1 });
  bring(rehearsal, first);
  return rehearsal;
}

export const copyOf = ({ resource }: Rehearsal) => copies[resource.kind as keyof typeof copies];
export const signs = (rehearsal: Rehearsal) =>
  certificates(text(rehearsal, copyOf(rehearsal), 'tls.crt'))[0]?.subject.text;
export const isTrusted = (rehearsal: Rehearsal, { certificate }: Made) =>
  certificates(
    text(rehearsal, rehearsal.resource.kind === 'MtlsGateway' ? 'test-com-server' : 'mtls-nginx-server', 'ca.crt'),
  )
    .map(({ sha256Fingerprint }) => sha256Fingerprint)
    .includes(certificate.sha256Fingerprint);
