/**
 * How the process ends: when it is told to, by force where that does not help, and by a defect. The log says why, and
 * never what an error that nobody classified says.
 */
import type { Logger } from './log.ts';
import { describeCrash } from './std/crash.ts';
import { toMilliseconds } from './std/duration.ts';
import { Failure } from './std/failure.ts';

/**
 * For what a stop does once reconciles are cut off: the call to a gateway that each may be in, since a write must be
 * over before another may lead, what waits of Events, a renewal of the Lease and its release. Kubernetes must wait for
 * longer before it kills the process.
 */
export const reserve = Temporal.Duration.from({ seconds: 20 });

export interface Ending {
  readonly exit: (code: number) => void;
  readonly log: Logger;
}

/** The process, which tells of signals and of what nobody caught. */
type Source = Pick<NodeJS.EventEmitter, 'on'>;

export interface StopOptions extends Ending {
  /** How long it may take from the first signal on. */
  readonly patience: Temporal.Duration;
}

/** Aborts at the first signal; the second one ends the process at once, and so does a stop that takes too long. */
export function stopSignal(source: Source, { exit, log, patience }: StopOptions): AbortSignal {
  const stop = new AbortController();
  const end = (facts: object, message: string) => {
    log.fatal(facts, message);
    exit(1);
  };
  // As PID 1, which it is in a container, a process without a handler is not ended by a signal at all.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    source.on(signal, () => {
      if (stop.signal.aborted) end({ signal }, 'second signal to stop: ends at once');
      else stop.abort();
    });
  // For a reconcile that does not even end when it is cut off.
  const tooLate = () => end({}, 'the grace period is over, but some work has not ended');
  stop.signal.addEventListener('abort', () => setTimeout(tooLate, toMilliseconds(patience)).unref());
  return stop.signal;
}

/** Of an error, or of a rejection, that nobody caught Node would print all that it says. */
export function endAtCrash(source: Source, ending: Ending): void {
  source.on('uncaughtException', (error: unknown) => endBy(error, ending));
}

/** At once: after the loss of a lease nothing may be written, and what is under way elsewhere cannot be called back. */
export function endBy(error: unknown, { exit, log }: Ending): void {
  if (error instanceof Failure) log.fatal({ reason: error.reason }, error.message);
  else log.fatal(describeCrash(error), 'operator crashed');
  exit(1);
}
