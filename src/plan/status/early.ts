import type { Resource } from '../../api/kinds.ts';
import { explain } from '../../api/reasons/catalogue.ts';
import type { CertificateStatus } from '../../api/status.ts';
import { backdating } from '../../pki/x509/validity.ts';
import type { Failure } from '../../std/failure.ts';

/**
 * How long others may take to load what was written for them: a kubelet mounts a Secret that was missing within some
 * seconds, the longer it was missing the later, and NGINX has to start or to reload.
 */
export const startPatience = Temporal.Duration.from({ seconds: 60 });

/**
 * Whether the failure may be nothing but the start: its reason says that others have yet to load something, and it is
 * less than `startPatience` since the resource was made, or one of its certificates was issued. The condition tells such
 * a failure at once, an Event only if it lasts.
 */
export function isEarly(
  { reason }: Failure,
  { metadata }: Pick<Resource<unknown>, 'metadata'>,
  certificates: readonly CertificateStatus[],
  now: Temporal.Instant,
): boolean {
  if (!explain(reason).some(({ early }) => early)) return false;
  const issued = certificates.filter(({ external }) => external !== true).map(issueTime);
  const written = [Temporal.Instant.from(metadata.creationTimestamp), ...issued];
  return written.some((at) => Temporal.Instant.compare(now, at.add(startPatience)) < 0);
}

/** To the second; of a CA without backdating, whose own start clips its leaves, up to that much too late. */
function issueTime({ notBefore }: CertificateStatus): Temporal.Instant {
  return Temporal.Instant.from(notBefore).add(backdating);
}
