import { setTimeout as pause } from 'node:timers/promises';

/** Resolves after the time; false: `signal` aborted before. */
export async function pauses(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
