import { draftCrl } from '../pki/crl/draft.ts';
import { LintedCrl } from '../pki/crl/linted-crl.ts';
import { signCrl } from '../pki/crl/sign.ts';
import { lastInstant, validityAt } from '../pki/x509/validity.ts';
import { type CrlContent, crlLifetime } from '../plan/certificates/crl-content.ts';
import { permanent } from '../std/failure.ts';
import type { Issuing } from './issue.ts';

/**
 * A list of revoked certificates, as PEM, signed now. Its number is the time, so that it grows even where the list before
 * was lost. What the lint objects to stalls.
 */
export async function makeCrl(
  { issuer, entries, after }: CrlContent,
  { clock }: Pick<Issuing, 'clock'>,
): Promise<string> {
  const { notBefore: thisUpdate } = validityAt(clock.now(), crlLifetime);
  const time = BigInt(Math.trunc(thisUpdate.epochMilliseconds / 1000));
  const dated = Array.from(entries, ([serial, { reason, revokedAt = thisUpdate }]) => {
    return [serial, { reason, revokedAt: earlier(revokedAt, thisUpdate) }] as const;
  });
  const linted = LintedCrl.check(
    draftCrl({
      issuer: issuer.facts,
      number: time > after ? time : after + 1n,
      thisUpdate,
      nextUpdate: lastInstant(thisUpdate, crlLifetime),
      entries: new Map(dated),
    }),
  );
  if (linted instanceof LintedCrl) return await signCrl(linted, issuer.keyPem);
  const why = linted.map(({ message }) => message).join('; ');
  throw permanent('RevocationImpossible', `spec.revoked: no list of revoked certificates can be signed: ${why}`);
}

/** That of a clock which was ahead is brought down to this one. */
function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) < 0 ? one : other;
}
