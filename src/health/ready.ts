import type { Check } from './check.ts';

/** What an operator knows of itself; the leader and a warm standby are both ready. */
export interface Readiness {
  readonly synced: boolean;
  readonly leaseFresh: boolean;
  readonly clockTrusted: boolean;
  readonly stopping: boolean;
}

/** Undefined: it has not begun yet. */
export function readyChecks(readiness: () => Readiness | undefined): readonly Check[] {
  return [
    { name: 'caches', find: () => (readiness()?.synced ? undefined : 'not every cache is synced yet') },
    { name: 'lease', find: () => (readiness()?.leaseFresh ? undefined : 'the lease could not be read lately') },
    {
      name: 'clock-skew',
      find: () =>
        readiness()?.clockTrusted === false ? 'its clock differs from the clock of the API server' : undefined,
    },
    { name: 'running', find: () => (readiness()?.stopping ? 'the operator is stopping' : undefined) },
  ];
}
