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

/** Between two questions, in ms. */
const pause = 40;

/**
 * Asks again and again until `ready` says true; an error counts as a no, and the last one is told when time is up,
 * which a question that is never answered does not put off.
 * Throws a SetupFailure that holds the last lines of the child's log.
 */
export async function waitUntil(ready: () => Promise<boolean>, { what, child, within }: Wait): Promise<void> {
  const name = what ?? child?.name ?? 'it';
  const limit = within.total('milliseconds');
  const deadline = performance.now() + limit;
  const timer = new AbortController();
  const expired = sleep(limit, 'no answer', { signal: timer.signal }).catch(() => undefined);
  let lastSeen: string | undefined;
  try {
    while (performance.now() < deadline) {
      if (child?.ended !== undefined) throw failure(`${name} ended early (${child.ended})`, child);
      lastSeen = await Promise.race([ask(ready), expired]);
      if (lastSeen === undefined) return;
      await sleep(pause);
    }
  } finally {
    timer.abort();
  }
  throw failure(`${name} was not ready within ${within.total('seconds')} s (last seen: ${lastSeen})`, child);
}

/** What speaks against being ready, if anything does. */
async function ask(ready: () => Promise<boolean>): Promise<string | undefined> {
  try {
    return (await ready()) ? undefined : 'not ready';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function failure(sentence: string, child: Child | undefined): SetupFailure {
  if (child === undefined) return new SetupFailure(`${sentence}.`);
  return new SetupFailure(`${sentence}; its log is ${child.logFile}, the last lines:\n${child.lastLines()}`);
}
