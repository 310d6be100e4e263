import { type ChildProcess, spawn } from 'node:child_process';

/**
 * A shell of a few lines in a session of its own that holds the other end of a pipe from us. When we die, however we
 * die, the pipe ends, and it ends the process groups that we have not taken back. The kernel's own
 * PR_SET_PDEATHSIG would reach a child, but not what that child has started.
 * There is no `--` before a group, since dash's kill does not know it.
 */
const script = `
trap '' INT HUP TERM
live=
while read -r verb group; do
  case $verb in
    watch) live="$live $group" ;;
    forget) rest=; for g in $live; do [ "$g" = "$group" ] || rest="$rest $g"; done; live=$rest ;;
  esac
done
for g in $live; do kill -TERM "-$g"; done
tick=0
while [ "$tick" -lt 30 ]; do
  tick=$((tick + 1))
  rest=; for g in $live; do kill -0 "-$g" && rest="$rest $g"; done; live=$rest
  [ -n "$live" ] || exit 0
  sleep 0.1
done
for g in $live; do kill -KILL "-$g"; done
`;

let watchdog: ChildProcess | undefined;

/** From now on the group ends with us. */
export function watch(group: number): void {
  watchdog ??= start();
  watchdog.stdin?.write(`watch ${group}\n`);
}

/** The group has ended; its number may soon be somebody else's. */
export function forget(group: number): void {
  watchdog?.stdin?.write(`forget ${group}\n`);
}

function start(): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  shell.unref();
  // A pipe counts as a socket here; without this it would keep the event loop, and so the process, alive.
  if (shell.stdin !== null && 'unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return shell;
}
