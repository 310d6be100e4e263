import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Wake } from '../../src/nginx-agent/wake.ts';

const long = Temporal.Duration.from({ minutes: 1 });
const short = Temporal.Duration.from({ milliseconds: 20 });

describe('the wait of the agent', () => {
  const directory = mkdtempSync(join(tmpdir(), 'agent-wake-'));
  const wake = new Wake([directory, join(directory, 'not-there')]);
  const stop = new AbortController();
  const change = () => writeFileSync(join(directory, 'file'), String(Math.random()));
  after(() => {
    wake.close();
    rmSync(directory, { recursive: true });
  });

  it('ends when a file changes, long before its time', async () => {
    const waiting = wake.wait(long, stop.signal);
    change();
    await waiting;
  });

  it('ends at once for a change that came before it', async () => {
    change();
    await sleep(50);
    await wake.wait(long, stop.signal);
  });

  it('ends by itself where nothing changes, and where a directory cannot be watched', async () => {
    await sleep(50);
    await wake.wait(short, stop.signal);
    await wake.wait(short, stop.signal);
  });

  it('ends though changes never cease', async () => {
    const flood = setInterval(change, 5);
    try {
      await wake.wait(long, stop.signal);
    } finally {
      clearInterval(flood);
    }
  });

  it('keeps no timer running and takes no CPU while nothing happens', async () => {
    await sleep(100);
    await wake.wait(short, stop.signal);
    const before = process.cpuUsage();
    await wake.wait(Temporal.Duration.from({ milliseconds: 500 }), stop.signal);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 50_000, `${user + system} µs of CPU in half a second`);
  });

  it('ends when the agent is stopped', async () => {
    const waiting = wake.wait(long, stop.signal);
    stop.abort();
    await waiting;
  });
});
