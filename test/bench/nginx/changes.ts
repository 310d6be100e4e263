import { setTimeout as sleep } from 'node:timers/promises';
import { TestCa } from '../../probe/openssl.ts';
import { type Content, leafDigest } from '../../real/nginx-agent/content.ts';
import type { Rig } from '../../real/nginx-agent/rig.ts';

export type ChangeKind = 'leaf' | 'trust' | 'config';

/** A change of one kind after another; the milliseconds from the Secret that is written to the release that is served. */
export async function makeChanges(rig: Rig, kind: ChangeKind, count: number, from: Content) {
  const times: number[] = [];
  let content = from;
  const other = new TestCa('OTHER');
  for (let number = 0; number < count; number += 1) {
    content = changed(rig, kind, number, content, other);
    const started = performance.now();
    rig.publish(content);
    if (kind === 'leaf') await untilShown(rig, leafDigest(content.leaf));
    else await untilReady(rig);
    times.push(performance.now() - started);
    // Ready comes with the proof, and the next change is another one.
    await untilReady(rig);
  }
  return { times, content };
}

function changed(rig: Rig, kind: ChangeKind, number: number, content: Content, other: TestCa): Content {
  if (kind === 'leaf') return { ...content, leaf: rig.ca.issue() };
  if (kind === 'config') return { ...content, body: `Hello ${number}` };
  return { ...content, trust: number % 2 === 0 ? rig.ca.pem + other.pem : rig.ca.pem };
}

async function untilReady(rig: Rig): Promise<void> {
  const wanted = await rig.wantedId();
  await rig.until(({ ready, current }) => ready && current?.id === wanted, 30);
}

/** By handshakes of our own, which show it before the agent says so. */
async function untilShown(rig: Rig, leaf: string): Promise<void> {
  const end = performance.now() + 30_000;
  let last = '';
  while (performance.now() < end) {
    const result = await rig.probe('/hello');
    if (result.kind === 'answered' && result.leaf.sha256Fingerprint === leaf) return;
    last = JSON.stringify(result);
    await sleep(5);
  }
  throw new Error(`the new leaf was not served within 30 s; last seen: ${last}`);
}

export interface BadOutcome {
  readonly kind: string;
  /** Milliseconds from when it was made current to when the last good release was served again; 0 where it never was. */
  readonly rollback: number;
  /** Whether anybody got an answer of it. */
  readonly wentLive: boolean;
}

/** Releases that pass everything but one thing, each with a body of its own that nobody may see. */
export async function makeBad(rig: Rig, count: number, good: Content): Promise<readonly BadOutcome[]> {
  const taken = await rig.occupyPort();
  const outcomes: BadOutcome[] = [];
  for (let number = 0; number < count; number += 1) {
    const body = `never ${number}`;
    const unknown = [{ path: '/hello', proxy: { host: `nowhere-${number}.invalid`, port: 80 } }];
    const [kind, content]: readonly [string, Content] =
      number % 2 === 0
        ? ['rejected by nginx -t', { ...good, body, fields: { locations: unknown } }]
        : ['not loaded', { ...good, body, fields: { additionalListen: [taken] } }];
    const watched = watch(rig, body);
    rig.publish(content);
    await rig.until(
      ({ state, reason, rejections, current, good: last }) =>
        state === 'served' && reason !== '' && rejections.length > 0 && current?.id === last && reason !== 'Working',
      30,
    );
    outcomes.push({ kind, ...(await watched.stop()) });
    rig.publish(good);
    await untilReady(rig);
  }
  return outcomes;
}

/** Asks all the while for what is served, and looks at which release is current. */
function watch(rig: Rig, body: string) {
  let isStopped = false;
  let wentLive = false;
  let rollback = 0;
  const asking = (async () => {
    while (!isStopped) {
      const result = await rig.probe('/hello');
      wentLive ||= result.kind === 'answered' && result.body === body;
      const status = await rig.status();
      if (status?.current?.id !== undefined && status.current.id !== status.good)
        rollback = Math.max(rollback, Date.now() - Temporal.Instant.from(status.current.since).epochMilliseconds);
      await sleep(20);
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await asking;
      return { wentLive, rollback };
    },
  };
}
