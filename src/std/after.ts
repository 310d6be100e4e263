import { toMilliseconds } from './duration.ts';

/** Aborts that long after `signal` did. It keeps no process alive. */
export function after(signal: AbortSignal, duration: Temporal.Duration): AbortSignal {
  const later = new AbortController();
  const arm = () => setTimeout(() => later.abort(), toMilliseconds(duration)).unref();
  if (signal.aborted) arm();
  else signal.addEventListener('abort', arm, { once: true });
  return later.signal;
}
