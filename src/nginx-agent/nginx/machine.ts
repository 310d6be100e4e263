import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toMilliseconds } from '../../std/duration.ts';
import type { TestResult } from '../plan/facts.ts';
import { testFile } from '../release/compose.ts';
import { explainTest, notInTime, testTimeout } from './complaint.ts';
import type { NginxHost } from './host.ts';
import { readVersion } from './version.ts';

export interface Machine {
  readonly state: string;
  /** The program. */
  readonly program: string;
  /** Its nginx.conf; left out, the one that it takes by itself. */
  readonly mainConfig?: string;
  /** Whether that one includes the release; else the release is all of it. */
  readonly isIncluded: boolean;
}

/** An NGINX on the machine of the agent, which runs the program itself. */
export function nginxOnMachine({ state, program, mainConfig, isIncluded }: Machine): NginxHost {
  const test = (...config: readonly string[]) => run(program, ['-t', '-q', '-e', 'stderr', ...config]).then(explain);
  const main = mainConfig === undefined ? [] : ['-c', mainConfig];
  return {
    // Each time: a package may have brought a newer one.
    version: async () => readVersion((await run(program, ['-v']))?.printed ?? ''),
    canTest: async () => true,
    test: async (id) => {
      // A test makes the directories for temporary files below it, as start.sh does in a container.
      await mkdir(join(state, 'temp'), { recursive: true });
      return test('-c', join(state, 'releases', id, testFile));
    },
    resultAtStart: async () => undefined,
    ...(isIncluded && { testMachine: () => test(...main) }),
  };
}

const explain = (ended: Ended | undefined): TestResult =>
  ended === undefined ? notInTime : explainTest(ended.code, ended.printed);

interface Ended {
  readonly code: number;
  readonly printed: string;
}

const printedAtMost = 8192;

/** Undefined where it did not end in time. A program that is not there ends with 127, as in a shell. */
function run(program: string, args: readonly string[]): Promise<Ended | undefined> {
  return new Promise((resolve) => {
    // Not a pipe for its output: NGINX opens /dev/stdout anew, which a socket does not allow.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: toMilliseconds(testTimeout) });
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (printed.length < printedAtMost) printed += chunk.toString();
    });
    child.once('error', () => resolve({ code: 127, printed: '' }));
    child.once('close', (code) => resolve(code === null ? undefined : { code, printed }));
  });
}
