/** How far the clock of the operator may be from that of the API server: as far as certificates are backdated. */
export const clockTolerance = Temporal.Duration.from({ minutes: 5 });

/** Seconds by which the clock of the operator is ahead; undefined where the API server's is not known. */
export function skewOf(own: Temporal.Instant, server: Temporal.Instant | undefined): number | undefined {
  return server === undefined ? undefined : own.since(server).total('seconds');
}

/** A sentence: why nothing may be written by this clock; undefined: the clocks agree, or there is nothing to compare with. */
export function findSkew(skew: number | undefined, tolerance: Temporal.Duration): string | undefined {
  if (skew === undefined || Math.abs(skew) <= tolerance.total('seconds')) return undefined;
  const way = skew > 0 ? 'ahead of' : 'behind';
  return `The clock of the operator is ${inWords(Math.abs(skew))} ${way} the clock of the API server: the operator writes nothing until they agree`;
}

function inWords(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds >= 2 * size) ?? ['minutes', 60];
  return `${Math.round(seconds / size)} ${unit}`;
}

const units: readonly (readonly [string, number])[] = [
  ['days', 86_400],
  ['hours', 3_600],
];
