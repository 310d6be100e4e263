import { appendFileSync } from 'node:fs';
import { execa } from 'execa';
import { forget, watch } from '../processes/watchdog.ts';

export interface Run {
  /** The command and its stderr are appended to it. */
  readonly logFile: string;
  readonly cwd?: string;
  /** Added to our own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Each line of stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a long command to its end; if we die first, it dies with all that it started. */
export async function runLogged(command: string, args: readonly string[], run: Run): Promise<Ended> {
  const log = { file: run.logFile, append: true };
  appendFileSync(run.logFile, `$ ${[command, ...args].join(' ')}\n`);
  function* lines(line: unknown) {
    run.onLine?.(String(line));
    yield line;
  }
  const started = execa(command, args, {
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.env === undefined ? {} : { env: run.env }),
    detached: true,
    reject: false,
    stdin: 'ignore',
    stderr: [lines, log],
  });
  const group = started.pid;
  if (group !== undefined) watch(group);
  const ended = await started;
  if (group !== undefined) forget(group);
  return { ok: !ended.failed, stdout: ended.stdout, stderr: ended.stderr };
}
