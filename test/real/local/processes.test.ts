import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';

const program = fileURLToPath(new URL('parent.ts', import.meta.url));
const stubborn = fileURLToPath(new URL('stubborn.ts', import.meta.url));
const within = Temporal.Duration.from({ seconds: 10 });

/** A zombie has ended; who has not collected it yet is not our affair. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('what a program of ours has started', () => {
  let parent: ChildProcess;
  let directory: string | undefined;
  let pids: readonly number[];
  let complaints: string;

  const start = async (...args: string[]) => {
    parent = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    assert.ok(parent.stdout !== null && parent.stderr !== null);
    complaints = '';
    parent.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    const [line] = await once(createInterface(parent.stdout), 'line');
    ({ directory, pids } = JSON.parse(line));
    assert.equal(pids.filter(isRunning).length, 3);
  };
  const nothingIsLeft = () =>
    waitUntil(async () => !pids.some(isRunning), { what: `the end of the processes ${pids.join(', ')}`, within });

  afterEach(() => {
    parent.kill('SIGKILL');
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  it('ends when the program is killed, the grandchildren and the stubborn too', async () => {
    await start('stubborn');
    parent.kill('SIGKILL');
    await nothingIsLeft();
  });

  for (const { signal, code } of [
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
    { signal: 'SIGHUP', code: 129 },
  ] as const) {
    it(`ends before the program does on ${signal}`, async () => {
      await start();
      parent.kill(signal);
      assert.deepEqual(await once(parent, 'exit'), [code, null]);
      assert.deepEqual(pids.filter(isRunning), []);
    });
  }

  it('ends without waiting on a second signal', async () => {
    await start('stubborn');
    parent.kill('SIGINT');
    parent.kill('SIGTERM');
    await once(parent, 'exit');
    await nothingIsLeft();
  });

  it('ends when the program fails, which says so in one sentence', async () => {
    await start('fail');
    assert.deepEqual(await once(parent, 'exit'), [1, null]);
    assert.deepEqual(pids.filter(isRunning), []);
    assert.equal(complaints, 'The gateway did not come up.\n');
  });
});

describe('what a program stops that ignores SIGTERM', () => {
  it('ends before the program does, which waits for nothing else', async () => {
    const { stdout, exitCode } = await execa(process.execPath, [stubborn], { reject: false });
    const { pid, logFile } = JSON.parse(stdout) as { readonly pid: number; readonly logFile: string };
    rmSync(dirname(logFile), { recursive: true });
    assert.equal(exitCode, 0);
    assert.equal(isRunning(pid), false);
  });
});
