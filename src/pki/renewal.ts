import { toWholeSeconds, type Validity } from './x509/validity.ts';

/** When a certificate is to be replaced. */
export interface RenewalPolicy {
  /** How long before the end: a duration, or percent of the real lifetime. Left out: a third of the real lifetime. */
  readonly before?: Temporal.Duration | number;
  /** In [0, 1): how much of a twentieth of the lifetime the renewal comes earlier, so that many do not come at once. */
  readonly jitter?: number;
  /** Of a CA: the longest lifetime of what it signs, which would be clipped if it were renewed later than that ahead. */
  readonly outlast?: Temporal.Duration;
}

/**
 * When a certificate is to be replaced, by its real lifetime, which may be shorter than the one that was asked for. A
 * `before` of more than two thirds of that could be due at the moment of issue, since certificates are backdated, and
 * renew for ever: it counts as left out, and a CA is kept for the first third of its lifetime. Whole seconds: status
 * keeps no fraction, and a renewal time that is later there than here makes a reconcile come too early (cert-manager
 * #4399).
 */
export function renewalTime({ notBefore, notAfter }: Validity, policy: RenewalPolicy = {}): Temporal.Instant {
  const lifetime = notAfter.since(notBefore).total('seconds');
  const asked = secondsBefore(policy.before, lifetime);
  const ahead = asked === undefined || asked * 3 > lifetime * 2 ? lifetime / 3 : asked;
  const forLeaves = Math.min(policy.outlast?.total('seconds') ?? 0, (lifetime * 2) / 3);
  const early = (policy.jitter ?? 0) * (lifetime / 20);
  return toWholeSeconds(notAfter.subtract({ seconds: Math.ceil(Math.max(ahead, forLeaves) + early) }));
}

function secondsBefore(before: RenewalPolicy['before'], lifetime: number): number | undefined {
  return typeof before === 'number' ? (before / 100) * lifetime : before?.total('seconds');
}
