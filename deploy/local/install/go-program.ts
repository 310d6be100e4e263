import { explainRun } from './explain-run.ts';
import { ensureGo, type GoSearch } from './go.ts';
import { runLogged } from './logged-run.ts';

export interface GoProgram {
  /** For the person who waits: `helm`. */
  readonly name: string;
  readonly package: string;
  /** Of its go.mod; go.sum beside it vouches for the sources. */
  readonly directory: string;
  /** Another .mod file of that directory, with a .sum file beside it. */
  readonly modFile?: string;
  /** Build tags, with commas. */
  readonly tags?: string;
}

/** Builds one program into the file `target`. Throws a SetupFailure. */
export async function buildGoProgram(program: GoProgram, target: string, search: GoSearch): Promise<void> {
  const { name, directory: cwd, modFile, tags } = program;
  const { logFile, progress } = search;
  const go = await ensureGo(search);
  const options = [
    ...(modFile === undefined ? [] : [`-modfile=${modFile}`]),
    ...(tags === undefined ? [] : ['-tags', tags]),
  ];
  let lines = 0;
  progress(`building ${name}`);
  const ended = await runLogged(
    go.command,
    ['build', '-v', ...options, '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', target, program.package],
    {
      cwd,
      // Not empty: then what the user put there with `go env -w` would count.
      env: { GOTOOLCHAIN: go.toolchain, GOFLAGS: '-mod=readonly', GOWORK: 'off', GO111MODULE: 'on', CGO_ENABLED: '0' },
      logFile,
      onLine: () => progress(`building ${name}: fetched or compiled ${++lines} packages`),
    },
  );
  if (!ended.ok) throw explainRun(`Building ${name} failed`, ended, logFile);
}
