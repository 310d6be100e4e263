/** What may be said about a throw that nobody classified. */
export interface CrashFacts {
  readonly error: string;
  /** `src/plan/diff.ts:12:3`, innermost first. */
  readonly frames: readonly string[];
}

const ownFrame = /^\s+at .*?\b((?:src|dist)\/[\w./-]+:\d+:\d+)\)?$/;

/** Class and own places only: the message and a library's frames may hold what must not be logged. */
export function describeCrash(error: unknown): CrashFacts {
  if (!(error instanceof Error)) return { error: typeof error, frames: [] };
  const lines = error.stack?.split('\n') ?? [];
  const frames = lines
    .filter((line) => !line.includes('node_modules'))
    .flatMap((line) => ownFrame.exec(line)?.[1] ?? []);
  return { error: error.constructor.name, frames };
}
