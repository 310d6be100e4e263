import type { Applying } from './context.ts';

/** Nothing may be written, the status neither: the reconcile ends here, as if it had not begun. */
export class WritesHalted extends Error {}

/**
 * To be called before each write. Throws the reason of the signal where the time is up: the process may end at any moment
 * now, and another one lead. Throws `WritesHalted` while the clock cannot be trusted.
 */
export function beforeWrite({ signal, clockWatch }: Pick<Applying, 'signal' | 'clockWatch'>): void {
  signal.throwIfAborted();
  if (clockWatch.find() !== undefined) throw new WritesHalted();
}
