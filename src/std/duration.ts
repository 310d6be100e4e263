/**
 * Durations are written as Kubernetes writes them (`2160h`, `1h30m`, `90s`): hours, minutes and seconds,
 * so that a duration is one length of time on every day of every year. Six digits each (114 years of hours), since
 * the API server cannot count beyond 292 years.
 */
export const durationPattern = '^([0-9]{1,6}h([0-9]{1,6}m)?([0-9]{1,6}s)?|[0-9]{1,6}m([0-9]{1,6}s)?|[0-9]{1,6}s)$';

const form = new RegExp(durationPattern);

/** Parses `2160h` or `1h30m`; throws a RangeError on anything that `durationPattern` refuses. */
export function parseDuration(text: string): Temporal.Duration {
  // Temporal alone would also take fractions, and hours without end.
  if (!form.test(text)) throw new RangeError('not a duration in hours, minutes and seconds');
  return Temporal.Duration.from(`PT${text.toUpperCase()}`);
}

export function seconds(count: number): Temporal.Duration {
  return Temporal.Duration.from({ seconds: count });
}

export function shorter(one: Temporal.Duration, other: Temporal.Duration): Temporal.Duration {
  return Temporal.Duration.compare(one, other) < 0 ? one : other;
}

export function toMilliseconds(duration: Temporal.Duration): number {
  return duration.total('milliseconds');
}
