import { setTimeout as sleep } from 'node:timers/promises';
import { SetupFailure } from '../setup-failure.ts';
import type { Child } from './child.ts';

export interface Wait {
  /** Completes the sentence `... was not ready`, unless a child is given. */
  readonly what?: string;
  /** If this one ends early there is nothing to wait for any more. */
  readonly child?: Child;
  readonly within: Temporal.Duration;
}

const pause = 40;

/**
 * Asks again and again until `ready` says true; an error counts as a no, and the last one is told when time is up.
 * Throws a SetupFailure that holds the last lines of the child's log.
 */
export async function waitUntil(ready: () => Promise<boolean>, { what, child, within }: Wait): Promise<void> {
  const deadline = performance.now() + within.total('milliseconds');
  const name = what ?? child?.name ?? 'it';
  let lastSeen = 'not ready';
  while (performance.now() < deadline) {
    if (child?.ended !== undefined) throw failure(`${name} ended early (${child.ended})`, child);
    try {
      if (await ready()) return;
      lastSeen = 'not ready';
    } catch (error) {
      lastSeen = error instanceof Error ? error.message : String(error);
    }
    await sleep(pause);
  }
  throw failure(`${name} was not ready within ${within.total('seconds')} s (last seen: ${lastSeen})`, child);
}

function failure(sentence: string, child: Child | undefined): SetupFailure {
  if (child === undefined) return new SetupFailure(`${sentence}.`);
  return new SetupFailure(`${sentence}; its log is ${child.logFile}, the last lines:\n${child.lastLines()}`);
}
