/** How the process ends: when it is told to, and by force where that does not help. The log says why. */
import type { Logger } from './log.ts';
import { toMilliseconds } from './std/duration.ts';

export interface EndingOptions {
  /** The process, which tells of signals. */
  readonly source: Pick<NodeJS.EventEmitter, 'on'>;
  readonly exit: (code: number) => void;
  readonly log: Logger;
  /** How long it may take from the first signal on. */
  readonly patience: Temporal.Duration;
}

/** Aborts at the first signal; the second one ends the process at once, and so does a stop that takes too long. */
export function stopSignal({ source, exit, log, patience }: EndingOptions): AbortSignal {
  const stop = new AbortController();
  const end = (facts: object, message: string) => {
    log.fatal(facts, message);
    exit(1);
  };
  // As PID 1, which it is in a container, a process without a handler is not ended by a signal at all.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    source.on(signal, () => {
      if (stop.signal.aborted) end({ signal }, 'told to stop once more: ends at once');
      else stop.abort();
    });
  // For a reconcile that does not even end when it is cut off.
  const tooLate = () => end({}, 'the grace period is over, and something has still not ended');
  stop.signal.addEventListener('abort', () => setTimeout(tooLate, toMilliseconds(patience)).unref());
  return stop.signal;
}
