/** A bound for one piece of work. */
export interface Deadline {
  /** Aborts when the time is up, with a `TimeoutError`, and with the reason of each signal that it was made from. */
  readonly signal: AbortSignal;
  /** Whether the time is up. */
  readonly isOver: boolean;
  /** To be called when the work is done. */
  end(): void;
}

/**
 * As `AbortSignal.any` of `AbortSignal.timeout` and these signals; but those stay in memory until the time is up, be the
 * work done long since, and a thousand calls a second are many. It keeps no process alive.
 */
export function startDeadline(milliseconds: number, ...signals: readonly (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new DOMException('The time is up', 'TimeoutError'));
  }, milliseconds).unref();
  const ends = signals.map((signal) => signal && follow(signal, controller));
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    end() {
      clearTimeout(timer);
      for (const end of ends) end?.();
    },
  };
}

function follow(signal: AbortSignal, controller: AbortController): () => void {
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
