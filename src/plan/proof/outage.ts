import type { Failure } from '../../std/failure.ts';

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

/** What is known of the endpoints of one gateway; lists have an entry for each endpoint. */
export interface Watch {
  readonly streaks: readonly Streak[];
  /** What the resources of the gateway are told, and say. */
  readonly told: readonly (Failure | undefined)[];
  /** A change is kept back for one round of looks. */
  readonly isHeld: boolean;
}

/**
 * The watch after one more look at every endpoint. An outage that begins or ends is told at once where nothing else is
 * on its way. Else it waits for one round: parts that go or come back one after another then cost one status write.
 */
export function afterRound({ streaks, told, isHeld }: Watch, found: readonly (Failure | undefined)[]): Watch {
  const next = streaks.map((streak, index) => afterLook(streak, found[index]));
  // An outage that is told ends with an answer: one that came and went within the wait did not end it.
  const outages = next.map(({ failures, outage }, index) => (failures > 0 ? (outage ?? told[index]) : undefined));
  if (!outages.some((outage, index) => isChange(told[index], outage))) return { streaks: next, told, isHeld: false };
  if (!isHeld && mayFollow(next, told)) return { streaks: next, told, isHeld: true };
  return { streaks: next, told: outages, isHeld: false };
}

/** Whether an outage began or ended. */
export function isChange(before: Failure | undefined, after: Failure | undefined): boolean {
  return (before === undefined) !== (after === undefined);
}

/** A part has failed once, or one part is back and another one is not. */
function mayFollow(streaks: readonly Streak[], told: readonly (Failure | undefined)[]): boolean {
  const away = streaks.filter((_, index) => told[index] !== undefined);
  const isBack = ({ failures }: Streak) => failures === 0;
  return streaks.some(({ failures }) => failures === 1) || (away.some(isBack) && !away.every(isBack));
}
