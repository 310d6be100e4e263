import type { ControllerLoad } from '../controller/controller.ts';
import type { Clock, Monotonic } from '../std/clock.ts';
import type { Check } from './check.ts';

/** What a restart would mend. That the probe is answered at all says that the event loop turns. */
export interface Life {
  readonly clock: Clock;
  /** Milliseconds that never jump. */
  readonly monotonic: Monotonic;
  readonly controllers: () => readonly { readonly name: string; readonly load: ControllerLoad }[];
}

/** No certificate of ours and no release of this code is older: a clock before it was never set. */
const earliest = Temporal.Instant.from('2026-01-01T00:00:00Z');
/** A reconcile ends after two minutes by its deadline; one that does not hangs, and holds its resource. */
const hangsMilliseconds = 10 * 60_000;
const stepMilliseconds = 60_000;

export function aliveChecks({ clock, monotonic, controllers }: Life): readonly Check[] {
  const startedAt = clock.now().epochMilliseconds - monotonic();
  return [
    { name: 'event-loop', find: () => undefined },
    { name: 'clock', find: () => findClock(clock.now(), clock.now().epochMilliseconds - monotonic() - startedAt) },
    {
      name: 'reconciles',
      find: () => {
        const hung = controllers().filter(({ load }) => load.longestRunningMilliseconds > hangsMilliseconds);
        if (hung.length === 0) return undefined;
        return `a reconcile of ${hung.map(({ name }) => name).join(' and ')} is stuck far beyond its deadline`;
      },
    },
  ];
}

/** Pauses until a renewal were counted from the time before the step: a restart counts them anew. */
function findClock(now: Temporal.Instant, step: number): string | undefined {
  if (Temporal.Instant.compare(now, earliest) < 0) return `the clock shows ${now.toString()}, so it was never set`;
  if (Math.abs(step) < stepMilliseconds) return undefined;
  return `the clock was set by ${Math.round(step / 1000)} s since the start`;
}
