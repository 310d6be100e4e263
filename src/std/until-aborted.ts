/**
 * What `work` gives, or the reason of `signal` as soon as it aborts. For work that hears of the abort late or never;
 * how it ends then concerns nobody.
 */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The same for work that goes on until it is stopped: the abort is its end, and no failure. */
export async function untilStopped(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  await untilAborted(work, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
