/**
 * How the image runs Node. Of what a burst of work leaves behind most is garbage that nobody collects, and memory that
 * is free and not given back: with 1,000 MtlsUpstreams created at once it came to 382 MB at most, and under these to 230.
 */

/** The heap may grow by 30 % before it is collected rather than to several times of what lives; and a small nursery. */
export const nodeFlags: readonly string[] = [
  '--enable-source-maps',
  '--max-semi-space-size=2',
  '--heap-growing-percent=30',
];

/** glibc keeps a pool of memory for each thread, and gives back little of any but the first one. */
export const nodeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
