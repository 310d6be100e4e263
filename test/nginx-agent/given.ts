import type { Facts, Shown, TestResult, Wanted } from '../../src/nginx-agent/plan/facts.ts';
import type { About } from '../../src/nginx-agent/release/about.ts';

export const noon = Temporal.Instant.from('2026-11-29T12:00:00Z');
export const at = (seconds: number) => noon.add({ milliseconds: Math.round(seconds * 1000) });

/** A release by a letter; those of one letter and other digits differ in the leaf alone. */
export function aRelease(name: string, change: Partial<About> = {}): About {
  const hex = (text: string) => Buffer.from(text.padEnd(8)).toString('hex');
  return {
    id: hex(name),
    loads: hex(name.slice(0, 1)),
    leaf: hex(`leaf${name}`),
    notBefore: '2026-11-01T00:00:00Z',
    notAfter: '2026-12-24T00:00:00Z',
    authorities: hex('ca'),
    ports: [8443],
    serverName: 'test.com',
    ...change,
  };
}

export const wants = (about: About): Wanted => ({ kind: 'ready', release: { about, files: new Map() } });
export const passed: TestResult = { ok: true };
export const failed: TestResult = {
  ok: false,
  reason: 'RejectedByNginx',
  message: 'NGINX rejects the configuration: no',
};

/** What workers and ports show where NGINX has taken up a release. */
export function showing({ loads, leaf, authorities, ports }: About, pids: readonly number[] = [11, 12]) {
  const shown: Shown = { loads, leaf, authorities };
  return {
    workers: pids.map((pid) => ({ pid, startedAt: pid })),
    shown: new Map(pids.map((pid) => [pid, shown])),
    doors: ports.map((port) => ({ port, kind: 'open', leaf, rejectsStrangers: true }) as const),
  };
}

/** NGINX serves release `a`, which is wanted and good, since a minute. */
export function settled(change: Partial<Facts> = {}): Facts {
  const a = aRelease('a');
  return {
    now: at(60),
    wanted: wants(a),
    laid: [a],
    current: { id: a.id, since: at(0) },
    good: a.id,
    rejections: [],
    tests: new Map(),
    asksMachine: false,
    canTest: true,
    isRunning: true,
    ...showing(a),
    reloadTimeout: Temporal.Duration.from({ seconds: 4 }),
    ...change,
  };
}
