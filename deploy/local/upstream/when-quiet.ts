/**
 * A function that asks for work: it is done once nothing was asked for during `quiet`, and never twice at a time. What
 * is asked for meanwhile is done afterwards, so the last state is always worked on. The work must not reject.
 */
export function whenQuiet(quiet: Temporal.Duration, work: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(work);
    }, quiet.total('milliseconds'));
  };
}
