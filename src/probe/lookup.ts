import { lookup, promises } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type Refuses, refusedCode } from '../ports/probe.ts';
import { startDeadline } from '../std/deadline.ts';
import { toMilliseconds } from '../std/duration.ts';
import { untilAborted } from '../std/until-aborted.ts';

/** Every address of the host, which may be one itself; none where it has none. Rejects only with the signal's reason. */
export async function addressesOf(
  host: string,
  within: Temporal.Duration,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const deadline = startDeadline(toMilliseconds(within), signal);
  try {
    const found = await untilAborted(promises.lookup(host, { all: true }), deadline.signal);
    return found.map(({ address }) => address);
  } catch {
    return [];
  } finally {
    deadline.end();
    signal?.throwIfAborted();
  }
}

/**
 * As `net.connect` looks a name up, at the moment at which it connects: of a name with an address that is refused, be it
 * one of many, it gets none. An address in the place of a name is not looked up, see `isRefused`.
 */
export function guardedLookup(refuses: Refuses): LookupFunction {
  return (host, options, callback) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error === null && found.some(({ address }) => refuses(address)))
        return callback(Object.assign(new Error('the address is not allowed'), { code: refusedCode }), []);
      const [first] = found ?? [];
      return options.all === true || first === undefined
        ? callback(error, found)
        : callback(error, first.address, first.family);
    });
}

export function isRefused(host: string, refuses: Refuses | undefined): boolean {
  return isIP(host) !== 0 && (refuses?.(host) ?? false);
}
