import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.ts';

interface Result {
  readonly kind: string;
  readonly status?: number;
}

const isOk = ({ status }: Result): boolean => status === 200;

/** Requests one after another, until it is stopped, and what came of them. `isPassed` is asked of what was answered. */
export function startTraffic<Kind extends Result>(
  request: () => Promise<Kind>,
  isPassed: (result: Kind) => boolean = isOk,
) {
  const answered: Kind[] = [];
  const failed: string[] = [];
  const running = new AbortController();
  let period = 0;
  const ask = async () => {
    const begun = period;
    const result = await request();
    // One that began before it was to be forgotten tells nothing of what came after.
    if (begun !== period) return;
    if (result.kind === 'answered' && isPassed(result)) answered.push(result);
    else failed.push(JSON.stringify(result));
  };
  const loop = (async () => {
    while (!running.signal.aborted) {
      await ask();
      await pause(10);
    }
  })();
  return {
    answered,
    failed,
    /** From now on only requests count that have yet to begin. */
    forget: () => {
      period += 1;
      answered.length = 0;
      failed.length = 0;
    },
    stop: () => {
      running.abort();
      return loop;
    },
  };
}

/** Until each was answered a few times more, however slow the machine is. */
export function goOn(all: readonly { readonly answered: readonly unknown[] }[]): Promise<void> {
  const wanted = all.map(({ answered }) => answered.length + 3);
  return eventually(() => assert.ok(all.every(({ answered }, index) => answered.length >= (wanted[index] ?? 0))));
}
