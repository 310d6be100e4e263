import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { UsedNode } from '../harness/node/node.ts';
import type { Counted, Target } from './load.ts';

/** Sends requests to every target from the node's network until it is stopped, which gives what became of them. */
export function startLoad({ enter }: UsedNode, targets: readonly Target[]): { stop(): Promise<readonly Counted[]> } {
  const program = join(import.meta.dirname, 'load.ts');
  const [command = '', ...args] = [...enter, process.execPath, program, JSON.stringify(targets)];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const ended = once(child, 'close');
  let stopped: Promise<readonly Counted[]> | undefined;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    return JSON.parse(output) as readonly Counted[];
  };
  return {
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Nothing failed, of enough requests to say so. */
export function assertNoneFailed(counted: readonly Counted[], least: number): void {
  for (const { name, requests, failed, failures } of counted) {
    assert.equal(failed, 0, `${name}: ${failed} of ${requests} failed:\n${failures.join('\n')}`);
    assert.ok(requests >= least, `${name}: only ${requests} requests`);
  }
}
