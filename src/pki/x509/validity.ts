/** Both ends belong to the period (RFC 5280 4.1.2.5). Whole seconds. */
export interface Validity {
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
}

/** A peer whose clock is slow would refuse a certificate that starts exactly now. */
export const backdating = Temporal.Duration.from({ minutes: 5 });

/**
 * The period of a certificate that is issued now. The backdated minutes are part of `lifetime`. Within the issuer's
 * period on both sides: outside it no verifier accepts the chain.
 */
export function validityAt(now: Temporal.Instant, lifetime: Temporal.Duration, issuer?: Validity): Validity {
  const backdated = toWholeSeconds(now.subtract(backdating));
  const notBefore = issuer === undefined ? backdated : laterOf(backdated, issuer.notBefore);
  return { notBefore, notAfter: lastInstant(notBefore, lifetime, issuer?.notAfter) };
}

/** The last second of a lifetime, which is inclusive (RFC 5280 4.1.2.5), and no later than the last one of the issuer. */
export function lastInstant(
  notBefore: Temporal.Instant,
  lifetime: Temporal.Duration,
  issuerNotAfter?: Temporal.Instant,
): Temporal.Instant {
  const last = toWholeSeconds(notBefore.add(lifetime).subtract({ seconds: 1 }));
  return issuerNotAfter === undefined ? last : earlierOf(last, issuerNotAfter);
}

export function toWholeSeconds(instant: Temporal.Instant): Temporal.Instant {
  return instant.round({ smallestUnit: 'second', roundingMode: 'floor' });
}

export function isBefore(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) < 0;
}

export function earlierOf(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return isBefore(one, other) ? one : other;
}

export function laterOf(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return isBefore(one, other) ? other : one;
}
