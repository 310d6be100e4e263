import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { CertificateStatus } from '../../api/status.ts';
import type { Secret } from '../../model/kube-object.ts';
import { isKeystorePassword, type KeystoreContent, keystoreDigest } from '../../pki/pkcs12.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { openCertificate } from '../../pki/x509/inspect.ts';
import { toCertificatePem } from '../../pki/x509/pem.ts';
import { permanent } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import { ownChild } from '../children/child.ts';
import { certificateSecret, holds, renewalMark, type SecretContent } from '../children/secret.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Order } from '../rotation/order.ts';
import { certificateStatus } from '../status/status.ts';
import { type Issuer, pemOf } from './external.ts';
import { crlIn, decodeSecret, type HeldCertificate, isFinding, readCertificate, secretKeys } from './held.ts';
import { findIssueReason, findReplaceReason, findRotateReason } from './issue-reason.ts';
import { decode, requireKey, requireSecret } from './references.ts';
import type { CertificateRequest } from './request.ts';

export interface Situation {
  /** Left out: a CA that signs itself, and is its own trust bundle. */
  readonly authority?: Issuer | undefined;
  /** `ca.crt`: whom the holder trusts. */
  readonly trustPem?: string | undefined;
  /** What `ca.crl` shall be, if anything; left out: whatever somebody put there stays. */
  readonly crl?: { readonly pem: string | undefined } | undefined;
  readonly isRevoked?: ((facts: Certificate) => boolean) | undefined;
  readonly now: Temporal.Instant;
  /** Of a CA: what its Secret holds of another generation. */
  readonly rotation?: SecretContent['rotation'] | undefined;
  /** Of a CA: what its Secret keeps of this one and those before, by key, where another one takes its place at once. */
  readonly replaced?: Readonly<Record<string, string>> | undefined;
  /** Of a CA: what a person asks of it. */
  readonly order?: Order | undefined;
}

export type IssuedPlan =
  | { readonly needed: Needed; held?: never; status?: never }
  | { readonly needed?: never; readonly held: HeldCertificate; readonly status: CertificateStatus };

/** One certificate of ours: kept where it may stay, issued where it must be, in a Secret that holds all of it. Throws why not. */
export function planIssued(
  request: CertificateRequest,
  situation: Situation,
  resource: Resource<unknown>,
  observed: Observed,
): IssuedPlan {
  const { name, secretName, standalone } = request;
  const part = { part: `certificate/${name}`, ...(standalone && { standalone }) };
  const failure = observed.failed.get(part.part);
  if (failure !== undefined) throw failure;
  const seen = ownChild(observed.material.secrets, secretName, resource);
  const keystore = passwordOf(request, resource, observed);
  const wasThere = resource.status.certificates?.find((one) => one.name === name);
  const wasIssued = wasThere !== undefined && wasThere.external !== true;
  const found = find(request, { ...situation, seen, wasIssued }, resource, observed);
  if ('because' in found) {
    const { authority: issuer, trustPem, replaced } = situation;
    const given = { issuer, trustPem, crlPem: crlFor(seen, situation), replaced, keystore };
    const step = { ...found, ...given, request, seen, wasThere: wasThere !== undefined };
    return { needed: { steps: [{ ...part, do: 'issue', ...step }] } };
  }
  const whole = wholeOf(found.held, keystore, situation, observed);
  if ('look' in whole) return { needed: { looks: [{ ...whole.look, part: part.part }] } };
  const { rotation } = situation;
  const content = { ...whole, crlPem: crlFor(seen, situation), ...(rotation && { rotation }) };
  const desired = certificateSecret(resource, request, content);
  if (seen !== undefined && holds(seen, desired))
    return { held: found.held, status: statusOf(request, found.held, observed) };
  const updates = updatesOf(name, seen, desired);
  return { needed: { steps: [{ ...part, do: 'write', desired, seen, ...(updates && { updates }) }] } };
}

function crlFor(seen: Secret | undefined, { crl }: Situation): string | undefined {
  return crl === undefined ? crlIn(seen) : crl.pem;
}

function statusOf(request: CertificateRequest, held: HeldCertificate, { done, resource }: Observed): CertificateStatus {
  const step = done.filter((one) => one.do === 'issue').find((one) => one.request.name === request.name);
  return certificateStatus(request, held, step?.because.reason, resource.status.certificates);
}

/** All that the Secret is to hold; or what has to be made before. */
function wholeOf(
  held: HeldCertificate,
  password: KeystorePassword | undefined,
  { authority, trustPem = held.chainPem }: Situation,
  { material }: Observed,
): SecretContent | { readonly look: { readonly at: 'keystore'; readonly content: KeystoreContent } } {
  const { chainPem, keyPem } = held;
  if (password === undefined) return { chainPem, keyPem, trustPem };
  const content = { ...password, ...contentOf(held, authority) };
  const keystore = material.keystores.get(keystoreDigest(content));
  return keystore === undefined ? { look: { at: 'keystore', content } } : { chainPem, keyPem, trustPem, keystore };
}

type KeystorePassword = Pick<KeystoreContent, 'password' | 'alias'>;

/** What a keystore holds beside its password. */
export function contentOf(
  { chainPem, keyPem }: Pick<HeldCertificate, 'chainPem' | 'keyPem'>,
  authority: Issuer | undefined,
) {
  return { chainPem, keyPem, trustPem: authority === undefined ? '' : pemOf(authority.anchors) };
}

/** The certificate as it stays, or why it does not. */
function find(
  request: CertificateRequest,
  {
    seen,
    wasIssued,
    authority,
    now,
    order,
    isRevoked,
  }: Situation & { readonly seen: Secret | undefined; readonly wasIssued: boolean },
  resource: Resource<unknown>,
  { issued }: Observed,
): { readonly held: HeldCertificate } | { readonly because: Finding; readonly keyPem?: string } {
  const fresh = issued.get(request.name);
  // Nobody has touched what this reconcile has issued: it need not be judged again.
  if (fresh !== undefined && seen !== undefined && isAsIssued(seen, fresh)) return { held: fresh };
  const stored = readCertificate(seen, wasIssued);
  if (isFinding(stored)) return { because: stored };
  const renewalAsked = isRenewalAsked(seen, resource);
  const leaf = { request, issuer: authority?.issuer, now, renewalAsked, isRevoked: isRevoked?.(stored.facts) };
  const because = request.role === 'ca' ? findReplaceReason(stored, { now, order }) : findIssueReason(stored, leaf);
  if (because === undefined) return { held: withChain(stored, authority) };
  // Whoever stole the certificate has its key.
  const keepsKey = request.keepsKey === true && because.reason !== 'Revoked';
  return { because, ...(keepsKey && { keyPem: stored.keyPem }) };
}

function isAsIssued(seen: Secret, { chainPem, keyPem }: HeldCertificate): boolean {
  return decodeSecret(seen, secretKeys.chain) === chainPem && decodeSecret(seen, secretKeys.key) === keyPem;
}

function isRenewalAsked(secret: Secret | undefined, resource: Resource<unknown>): boolean {
  const mark = renewalMark(resource);
  return mark !== undefined && secret?.metadata.annotations?.[annotations.renew] !== mark;
}

/** Intermediates may be reissued under the same key: what was signed stays, and what goes behind it changes. */
function withChain(held: HeldCertificate, authority: Issuer | undefined): HeldCertificate {
  if (authority === undefined) return held;
  // Read and written anew: whoever edited the text may have left it without its last line end, or with others.
  const leafPem = toCertificatePem(openCertificate(held.chainPem).x509.raw);
  return { ...held, chainPem: leafPem + authority.intermediatesPem };
}

/** What is told of a certificate that stays; undefined where another chain is written. */
function updatesOf(certificate: string, seen: Secret | undefined, desired: Secret) {
  if (seen?.data?.[secretKeys.chain] !== desired.data?.[secretKeys.chain]) return undefined;
  const isKept = (key: string) => seen?.data?.[key] === desired.data?.[key];
  if (!isKept(secretKeys.trust)) return { certificate, because: 'TrustChanged' };
  return { certificate, because: isKept(secretKeys.crl) ? 'Repaired' : 'RevocationChanged' };
}

/** The password of the PKCS#12 file, where one is asked for, and the name of its entry. */
function passwordOf(
  { name, field, keystore }: CertificateRequest,
  { metadata }: Resource<unknown>,
  { material }: Observed,
): KeystorePassword | undefined {
  if (keystore === undefined) return undefined;
  const { passwordSecret } = keystore;
  const place = `${field.replace(/secretName$/, '')}keystore.pkcs12.passwordSecretRef`;
  const reference = { field: place, name: passwordSecret.name };
  const { data } = requireSecret(material, reference);
  const password = decode(requireKey(data, passwordSecret.key, reference));
  if (isKeystorePassword(password)) return { password, alias: `${metadata.name}/${name}` };
  const message = `${place}: the password must be 6 to 1024 printable ASCII characters, without a line break`;
  throw permanent('KeystorePasswordUnfit', message);
}

/** A CA that would be replaced at once: whoever trusts it, or has a certificate of it, would be shut out. */
export function lossOfAuthority(
  handed: Secret,
  request: CertificateRequest,
  now: Temporal.Instant,
): Finding | undefined {
  if (request.role !== 'ca') return undefined;
  const held = readCertificate(handed, false);
  const reason = isFinding(held)
    ? held
    : (findReplaceReason(held, { now }) ?? findRotateReason({ request, held, now }));
  if (reason === undefined) return undefined;
  const advice = `its CA would be replaced; to keep it, name it in ${request.field.replace(/\.generated.*$/, '')}.secretRef`;
  return { reason: reason.reason, message: `${reason.message}, and ${advice}` };
}
