import { toWholeSeconds, type Validity } from './validity.ts';

/**
 * When a certificate is to be replaced: `renewBefore` ahead of its end, or after two thirds of its real lifetime,
 * which may be shorter than the one that was asked for. A `renewBefore` of more than two thirds of the real lifetime
 * could be due at the moment of issue, since certificates are backdated, and renew for ever: it counts as left out. Whole seconds: status keeps no fraction, and a renewal time that is later
 * there than here makes a reconcile come too early (cert-manager #4399).
 */
export function renewalTime({ notBefore, notAfter }: Validity, renewBefore?: Temporal.Duration): Temporal.Instant {
  const lifetime = notAfter.since(notBefore).total('seconds');
  if (renewBefore !== undefined && renewBefore.total('seconds') * 3 <= lifetime * 2) {
    return toWholeSeconds(notAfter.subtract(renewBefore));
  }
  return toWholeSeconds(notBefore.add({ seconds: Math.floor((lifetime * 2) / 3) }));
}
