import type { RevokedNumber } from '../../api/revocation.ts';
import type { Secret } from '../../model/kube-object.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { permanent } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { canarySerial, crlContent, crlDigest, doesCrlStand, isRevoked, ownCrl, reissueTime } from './crl-content.ts';
import type { HeldCertificate } from './held.ts';

/** What lies in the Secrets of NGINX and of the CA. */
export interface Revocation {
  /** One list for each CA of ours that is trusted: the one that signs first. */
  readonly crlPem: string;
  /** A serial number on that of the CA that signs, for a probe. */
  readonly canarySerial: string;
}

export interface Listed {
  /** Those of ours that are trusted; none where their key is not here, and there can be no list. */
  readonly cas: readonly Certificate[];
  /** Left out: nothing is revoked. */
  readonly list?: Revocation;
  /** When a list is made anew. */
  readonly ends: readonly Temporal.Instant[];
  readonly warnings: readonly Finding[];
}

interface Situation {
  readonly revoked: readonly RevokedNumber[];
  /** CAs of ours with their key, the one that signs first; beside it the one that comes or goes, while it is trusted. */
  readonly issuers: readonly HeldCertificate[];
  readonly clientTrust: readonly Certificate[];
  /** That of NGINX, which holds the lists so far. */
  readonly secret: Secret | undefined;
  readonly now: Temporal.Instant;
}

/**
 * The lists of revoked certificates as they stand, or the looks that have them signed: only where one says something else
 * than the spec, or is due. Throws a permanent failure where NGINX could not be given them; then nothing changes, and a
 * list that NGINX has stays.
 */
export function planRevocation(situation: Situation, { failed, material }: Observed): Needed | Listed {
  const { revoked, issuers, secret, now } = situation;
  const cas = issuers.map(({ facts }) => facts);
  const [signing] = cas;
  if (revoked.length === 0) return { cas, ends: [], warnings: [] };
  if (signing === undefined) throw withoutKey;
  requireAble(situation);
  const failure = failed.get(part);
  if (failure !== undefined) throw failure;
  const lists = issuers.map((issuer) => {
    const before = ownCrl(secret, issuer.facts);
    const content = crlContent(issuer, revoked, before?.crl);
    if (before !== undefined && doesCrlStand(before.crl, content, now))
      return { content, pem: before.pem, ends: [reissueTime(before.crl)] };
    return { content, pem: material.crls.get(crlDigest(content)), ends: [] };
  });
  const looks = lists.flatMap(({ content, pem }) => (pem === undefined ? [{ part, at: 'crl', content } as const] : []));
  if (looks.length > 0) return { looks };
  const list = { crlPem: lists.map(({ pem }) => pem).join(''), canarySerial: canarySerial(signing) };
  return { cas, list, ends: lists.flatMap(({ ends }) => ends), warnings: strangersAmong(revoked, cas) };
}

const part = 'certificate/crl';

/** What `ca.crl` of the Secret shall be; undefined: what is there is not ours, and stays. */
export function crlOf(
  secret: Secret | undefined,
  { cas, list }: Listed,
): { readonly pem: string | undefined } | undefined {
  if (list !== undefined) return { pem: list.crlPem };
  return cas.some((ca) => ownCrl(secret, ca) !== undefined) ? { pem: undefined } : undefined;
}

/** What a person should know of entries that name another CA. */
function strangersAmong(revoked: readonly RevokedNumber[], cas: readonly Certificate[]): readonly Finding[] {
  const names = cas.map(({ subject }) => toRfc2253(subject.der));
  const issuers = [...new Set(revoked.map(({ issuer }) => issuer))];
  const [first, ...others] = issuers.filter((issuer) => !names.includes(issuer)).sort();
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const message = `spec.revoked: the issuer ${first}${more} is not the CA of this resource, which is ${names.join(' or ')}: these entries are on no list, and NGINX rejects every certificate of another CA`;
  return [{ reason: 'RevokedByAnotherCa', message }];
}

const otherwise =
  'revoke at that CA, set spec.nginx.clientVerification.revocationLists and give NGINX its lists instead';

const withoutKey = permanent(
  'RevocationImpossible',
  `spec.revoked: the Secret of spec.ca.secretRef has no tls.key to sign a list with: add the key of the CA, or ${otherwise}`,
);

/**
 * NGINX looks for a list of each CA between a client certificate and its root, and rejects whoever it has none for
 * (measured with 1.22 and 1.31): a list of ours alone would shut out all clients of another CA.
 */
function requireAble({ issuers, clientTrust, revoked }: Situation): void {
  const own = issuers.map(({ facts }) => facts.sha256Fingerprint);
  const other = clientTrust.find(({ sha256Fingerprint }) => !own.includes(sha256Fingerprint));
  if (other !== undefined) {
    const what = `NGINX would reject every client of ${other.subject.text}, since it wants a list of each CA in ca.crt and the operator cannot sign one of that CA`;
    throw permanent('RevocationImpossible', `spec.revoked: ${what}: trust no other CA, or ${otherwise}`);
  }
  if (!issuers.some(({ facts }) => isRevoked(facts, revoked))) return;
  const message = 'it names the CA itself, and NGINX would reject every client: have the CA replaced instead';
  throw permanent('RevokedInUse', `spec.revoked: ${message}`);
}
