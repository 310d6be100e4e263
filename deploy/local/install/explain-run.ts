import { SetupFailure } from '../setup-failure.ts';
import type { Ended } from './logged-run.ts';
import { diskIsFull } from './report-failure.ts';

const noNetwork =
  /no such host|dial tcp|i\/o timeout|TLS handshake timeout|connection refused|Temporary failure|Could not resolve|Failed to establish|No matching distribution|NewConnectionError/i;

/** From what a failed program printed to the sentence for the person; its output itself stays in the log. */
export function explainRun(what: string, { stderr }: Ended, logFile: string): SetupFailure {
  if (/no space left on device|disk quota exceeded/i.test(stderr))
    return new SetupFailure(`${what}: ${diskIsFull("the cache or of Go's own caches")}`);
  if (noNetwork.test(stderr)) {
    return new SetupFailure(
      `${what}, as the package registry was not reached: check the network (or GOPROXY, PIP_INDEX_URL) and try again; details are in ${logFile}.`,
    );
  }
  return new SetupFailure(`${what}; the reason is at the end of ${logFile}.`);
}
