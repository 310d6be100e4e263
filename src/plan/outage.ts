import type { Failure } from '../std/failure.ts';

/** What keeps a resource from relying on its gateway. Absent parts answer. */
export interface Outage {
  /** Why the control plane cannot be read. */
  readonly admin?: Failure;
  /** Why an address of the data plane that concerns the resource gives no answer. */
  readonly dataPlane?: Failure;
}

/** What the looks at one endpoint have shown so far. */
export interface Streak {
  /** Looks that failed in a row. */
  readonly failures: number;
  /** Set from the second failure in a row until the next answer. Its words stay, so that no status is written twice. */
  readonly outage?: Failure;
}

export const noLookYet: Streak = { failures: 0 };

/** One failed look may be a restart or a lost packet. */
const failuresOfAnOutage = 2;

/** The streak after one more look; `failure` is left out where the endpoint answered. */
export function afterLook({ failures, outage }: Streak, failure?: Failure): Streak {
  if (failure === undefined) return noLookYet;
  const known = outage ?? (failures + 1 >= failuresOfAnOutage ? failure : undefined);
  return { failures: failures + 1, ...(known && { outage: known }) };
}
