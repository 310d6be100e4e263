import { toWholeSeconds, type Validity } from './validity.ts';

/**
 * When a certificate is to be replaced: `renewBefore` ahead of its end, or after two thirds of its real lifetime,
 * which may be shorter than the one that was asked for. A `renewBefore` that covers the whole real lifetime would
 * renew for ever, and counts as left out. Whole seconds: status keeps no fraction, and a renewal time that is later
 * there than here makes a reconcile come too early (cert-manager #4399).
 */
export function renewalTime({ notBefore, notAfter }: Validity, renewBefore?: Temporal.Duration): Temporal.Instant {
  const lifetime = notAfter.since(notBefore).total('seconds');
  if (renewBefore !== undefined && renewBefore.total('seconds') < lifetime) {
    return toWholeSeconds(notAfter.subtract(renewBefore));
  }
  return toWholeSeconds(notBefore.add({ seconds: Math.floor((lifetime * 2) / 3) }));
}
