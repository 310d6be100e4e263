import { SetupFailure } from '../setup-failure.ts';

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

const sentences: Readonly<Record<string, (error: SystemError) => string | undefined>> = {
  ENOSPC: ({ path }) => diskIsFull(path ?? 'the cache'),
  EDQUOT: ({ path }) => diskIsFull(path ?? 'the cache'),
  EACCES: ({ path }) => cannotWrite(path),
  EPERM: ({ path }) => cannotWrite(path),
  EROFS: ({ path }) => cannotWrite(path),
  // What Node's recursive mkdir says of a read-only disk.
  ENOENT: ({ path, syscall }) => (syscall === 'mkdir' ? cannotWrite(path) : undefined),
  EPIPE: () => 'Nobody reads the output any more.',
  EADDRINUSE: ({ message }) => `A port is taken (${message}): end the program that listens there.`,
};

export function diskIsFull(place: string): string {
  return `No space is left on the disk of ${place}: free some GB, or let XDG_CACHE_HOME (and GOCACHE, GOMODCACHE) point to a larger disk.`;
}

function cannotWrite(path: string | undefined): string {
  return `${path ?? 'A file'} cannot be written: make it yours, or let XDG_CACHE_HOME point to a directory that is.`;
}

/** A sentence for every failure that a machine can bring about; undefined means a defect of ours, where the stack matters. */
export function findSentence(error: unknown): string | undefined {
  if (error instanceof SetupFailure) return error.message;
  return isSystemError(error) ? sentences[error.code]?.(error) : undefined;
}

/** For the entry points: the sentence where there is one, the stack only of a defect. */
export function reportFailure(error: unknown): void {
  const sentence = findSentence(error);
  if (sentence !== undefined) console.error(sentence);
  else console.error(error);
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
