import type { Stoppable } from './processes.ts';

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Stops in order when this process is asked to end, or fails outside of every `try`, then exits with the code that a
 * shell gives (128 + signal), or 1. A second signal does not wait: the watchdog then ends what is left.
 * `report` prints the failure for a person.
 */
export function stopOnExit(owner: Stoppable, report: (error: unknown) => void): void {
  let ending = false;
  const end = async (code: number) => {
    ending = true;
    await owner.stop();
    process.exit(code);
  };
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal, () => (ending ? process.exit(code) : void end(code)));
  }
  // An unhandled rejection arrives here too. What fails while we stop is a consequence, and not told.
  process.on('uncaughtException', (error) => {
    if (ending) return;
    report(error);
    void end(1);
  });
}
