import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { forget, watch } from './watchdog.ts';

export interface ChildSpec {
  /** For people: it names the log and stands in messages. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** Instead of our own environment, not added to it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Output of both kinds is appended here by the child itself, so it keeps its output even if we die first. */
  readonly logFile: string;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** What this child wrote so far: a log may begin with the lines of an earlier child of the same name. */
  output(): string;
  /** Set once it has ended: `exit code 1`, `signal SIGKILL`. */
  readonly ended: string | undefined;
  readonly whenEnded: Promise<string>;
  /** The last lines of its log. */
  lastLines(): string;
  /** SIGTERM to the whole group; SIGKILL to what is left of it when the grace of its leader is over. */
  stop(grace?: Temporal.Duration): Promise<void>;
}

const tailLines = 15;
/** What the leader did not wait for has this long after it, and after SIGKILL, in ms. */
const atMostGone = 500;
const defaultGrace = Temporal.Duration.from({ seconds: 5 });

export function startChild(spec: ChildSpec): Child {
  const log = openSync(spec.logFile, 'a', 0o600);
  const { size: earlier } = fstatSync(log);
  const process_ = spawn(spec.command, spec.args ?? [], {
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    detached: true, // a process group of its own, which Ctrl-C in the terminal does not reach
    stdio: ['ignore', log, log],
  });
  closeSync(log);

  let ended: string | undefined;
  const whenEnded = new Promise<string>((resolve) => {
    process_.once('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}: it could not be started`));
    process_.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  }).then((end) => {
    ended = end;
    return end;
  });
  // The stopping of children is explicit; one that still runs must not keep us alive.
  process_.unref();

  const pid = process_.pid ?? 0;
  if (pid > 0) watch(pid);
  let stopped: Promise<void> | undefined;
  return {
    name: spec.name,
    pid,
    logFile: spec.logFile,
    get ended() {
      return ended;
    },
    whenEnded,
    output: () => readFileSync(spec.logFile).subarray(earlier).toString(),
    lastLines: () => lastLines(spec.logFile),
    stop: (grace = defaultGrace) => {
      // Whoever stops it waits for its end, with nothing else to do perhaps.
      process_.ref();
      // Once only: later the number may be that of somebody else's group.
      stopped ??= pid > 0 ? endGroup(pid, whenEnded, grace) : Promise.resolve();
      return stopped;
    },
  };
}

/** Ends the group, not only its leader: what the leader left behind is in it too. */
async function endGroup(group: number, whenLeaderEnded: Promise<unknown>, grace: Temporal.Duration): Promise<void> {
  signalGroup(group, 'SIGTERM');
  await within(grace, whenLeaderEnded);
  await untilGone(group);
  // On a busy machine one that is killed still runs for a moment.
  if (signalGroup(group, 'SIGKILL')) await untilGone(group);
  await whenLeaderEnded;
  forget(group);
}

/** A group of zombies looks alive where process 1 is slow to collect them: so this wait is short. */
async function untilGone(group: number): Promise<void> {
  const deadline = performance.now() + atMostGone;
  while (signalGroup(group, 0) && performance.now() < deadline) await sleep(20);
}

async function within(limit: Temporal.Duration, event: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const expired = sleep(limit.total('milliseconds'), undefined, { signal: timer.signal }).catch(() => {});
  await Promise.race([event, expired]);
  timer.abort();
}

/** Whether the group still has a member. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n');
}
