import { constants } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Monotonic, monotonic } from '../../std/clock.ts';
import { toMilliseconds } from '../../std/duration.ts';
import type { TestResult } from '../plan/facts.ts';
import { explainTest, notInTime, testTimeout } from './complaint.ts';
import type { NginxHost } from './host.ts';
import { readVersion } from './version.ts';

const betweenLooks = 20;

/** An NGINX in a container beside this one: start.sh runs there, and takes ids through a pipe. */
export function nginxInContainer(state: string, now: Monotonic = monotonic): NginxHost {
  const result = (id: string) => readResult(join(state, 'tests', id));
  return {
    version: async () => readVersion((await readText(join(state, 'version'))) ?? ''),
    canTest: async () => ask(state, ''),
    test: async (id) => {
      await rm(join(state, 'tests', id), { force: true });
      if (!(await ask(state, `${id}\n`))) return notInTime;
      const end = now() + toMilliseconds(testTimeout);
      while (now() < end) {
        const found = await result(id);
        if (found !== undefined) return found;
        await sleep(betweenLooks);
      }
      return notInTime;
    },
    resultAtStart: result,
  };
}

/** Whether somebody reads there: a pipe without a reader cannot be opened for writing alone. */
async function ask(state: string, text: string): Promise<boolean> {
  try {
    const pipe = await open(join(state, 'ask'), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      if (text !== '') await pipe.write(text);
    } finally {
      await pipe.close();
    }
    return true;
  } catch {
    return false;
  }
}

/** The exit code in a line, and what was printed. */
async function readResult(path: string): Promise<TestResult | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const [code = '', ...printed] = text.split('\n');
  return explainTest(Number(code), printed.join('\n'));
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
