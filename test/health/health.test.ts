import assert from 'node:assert/strict';
import type { ControllerLoad } from '../../src/controller/controller.ts';
import { aliveChecks } from '../../src/health/alive.ts';
import { checkPage } from '../../src/health/check.ts';
import { readyChecks } from '../../src/health/ready.ts';

const plain = new URLSearchParams();
const verbose = new URLSearchParams('verbose');

describe('/healthz', () => {
  let wall: number;
  let monotonic: number;
  let longest: number;
  const load = (): ControllerLoad => ({
    workers: 1,
    active: 1,
    depth: { high: 0, low: 0 },
    longestRunningMilliseconds: longest,
    unfinishedMilliseconds: longest,
  });
  const checks = () =>
    aliveChecks({
      clock: { now: () => Temporal.Instant.fromEpochMilliseconds(wall) },
      monotonic: () => monotonic,
      controllers: () => [{ name: 'MtlsGateway', load: load() }],
    });

  beforeEach(() => {
    [wall, monotonic, longest] = [Date.parse('2026-11-26T00:00:00Z'), 1000, 0];
  });

  it('is ok, and lists what it looked at when asked to', () => {
    assert.deepEqual(checkPage('healthz', checks(), plain).body, 'ok\n');
    const listed = '[+]event-loop ok\n[+]clock ok\n[+]reconciles ok\nhealthz check passed\n';
    assert.deepEqual(checkPage('healthz', checks(), verbose).body, listed);
  });

  for (const { name, happens, says } of [
    { name: 'the clock was put on', happens: () => (wall += 3_600_000), says: '[-]clock: the clock was set by 3600 s' },
    { name: 'the clock was put back', happens: () => (wall -= 120_000), says: '[-]clock: the clock was set by -120 s' },
    {
      name: 'a reconcile hangs',
      happens: () => (longest = 700_000),
      says: '[-]reconciles: a reconcile of MtlsGateway',
    },
  ]) {
    it(`fails after ${name}`, () => {
      const found = checks();
      happens();
      const { status, body } = checkPage('healthz', found, plain);
      assert.equal(status, 503);
      assert.ok(body.includes(says), body);
    });
  }

  it('stays ok while time passes', () => {
    const found = checks();
    for (const clock of [1, 2]) [wall, monotonic] = [wall + clock * 86_400_000, monotonic + clock * 86_400_000];
    assert.equal(checkPage('healthz', found, plain).status, 200);
  });

  it('fails where the clock was never set', () => {
    wall = 0;
    assert.match(checkPage('healthz', checks(), plain).body, /\[-\]clock: the clock shows 1970-01-01T00:00:00Z/);
  });
});

describe('/readyz', () => {
  const well = { synced: true, leaseFresh: true, clockTrusted: true, stopping: false };
  for (const { name, readiness, failing } of [
    { name: 'before the start', readiness: undefined, failing: ['caches', 'lease'] },
    { name: 'while caches fill', readiness: { ...well, synced: false }, failing: ['caches'] },
    { name: 'while nothing is heard of the lease', readiness: { ...well, leaseFresh: false }, failing: ['lease'] },
    { name: 'while the clocks are apart', readiness: { ...well, clockTrusted: false }, failing: ['clock-skew'] },
    { name: 'during a stop', readiness: { ...well, stopping: true }, failing: ['running'] },
    { name: 'of a leader and a warm standby', readiness: well, failing: [] },
  ]) {
    it(`is ${failing.length === 0 ? 'ok' : `failed by ${failing.join(' and ')}`} ${name}`, () => {
      const { status, body } = checkPage(
        'readyz',
        readyChecks(() => readiness),
        verbose,
      );
      assert.equal(status, failing.length === 0 ? 200 : 503);
      assert.deepEqual(
        [...body.matchAll(/^\[-\]([a-z-]+)/gm)].map(([, check]) => check),
        failing,
      );
    });
  }
});
