import type { Figure } from '../figure.ts';
import { sum } from './api-client.ts';
import type { ChurnFacts } from './churn.ts';
import type { CreationFacts } from './create.ts';
import type { EditFacts } from './edit.ts';
import type { FloorFacts } from './floor-process.ts';
import type { OutageFacts } from './outage.ts';
import type { RestartFacts } from './restart.ts';
import type { SettledFacts } from './settled.ts';
import type { compareShards, ShardFacts } from './shards.ts';
import type { UnrelatedFacts } from './unrelated.ts';
import { totalWrites } from './watch-writes.ts';

type Compared = Awaited<ReturnType<typeof compareShards>>;

const certificatesEach = 3;
/** cert-manager 1.21 on such a machine; see docs/performance.md. */
const peerCertificatesPerSecond = 26.2;
const megabyte = 1_000_000;
/** One for each endpoint of the gateway: Admin API and one address. */
const eventsInAll = 2;

const inSeconds = (milliseconds: number) => milliseconds / 1000;
/** 150 MB up to 1,000 resources, 300 MB at 10,000. */
const rssTarget = (count: number) => ({ atMost: count <= 1000 ? 150 : 300 });
const restartTarget = (count: number) => ({ atMost: count <= 1000 ? 2 : 30 });

export function creationFigures(
  { milliseconds, writes, admin, rssBefore, operator }: CreationFacts,
  floor: FloorFacts | undefined,
  count: number,
): readonly Figure[] {
  const certificates = (elapsed: number) => (count * certificatesEach) / inSeconds(elapsed);
  const { GET: reads = 0, ...adminWrites } = admin;
  // Told beside the work: the last ones may come after the last Ready.
  const isEvent = (what: string) => what.endsWith(' events');
  const events = pick(writes, isEvent);
  const ours = pick(writes, (what) => !isEvent(what));
  const each = (total: number) => total / count;
  const seconds: Figure = { name: 'create until all Ready', value: inSeconds(milliseconds), unit: 's' };
  const rate = { name: 'certificates', value: certificates(milliseconds), unit: '1/s' };
  return [
    floor === undefined ? seconds : { ...seconds, floor: inSeconds(floor.milliseconds) },
    ...(floor === undefined
      ? []
      : [{ name: 'of the floor', value: milliseconds / floor.milliseconds, unit: 'times', target: { atMost: 1.3 } }]),
    {
      ...rate,
      ...(floor && { floor: certificates(floor.milliseconds) }),
      target: { atLeast: 15 * peerCertificatesPerSecond },
    },
    { name: 'writes to the API server, each', value: each(sum(ours)), unit: '', floor: 6 },
    ...Object.entries(ours).map(([what, total]) => ({ name: `  ${what}`, value: each(total), unit: '' })),
    { name: 'Events until then, each', value: each(sum(events)), unit: '' },
    { name: 'writes to the Admin API, each', value: each(sum(adminWrites)), unit: '', floor: 4 },
    { name: 'reads of the Admin API, each', value: each(reads), unit: '' },
    { name: 'reconciles, each', value: each(sum(operator.reconciles)), unit: '' },
    { name: 'CPU of the operator, each', value: each(operator.cpuMilliseconds), unit: 'ms' },
    { name: 'RSS before the first', value: rssBefore / megabyte, unit: 'MB' },
    { name: 'peak RSS', value: operator.memory.peakRss / megabyte, unit: 'MB', target: rssTarget(count) },
    { name: 'event loop delay, p99', value: operator.loopDelay.p99, unit: 'ms' },
    { name: 'event loop delay, longest', value: operator.loopDelay.max, unit: 'ms' },
  ];
}

function pick(counts: Readonly<Record<string, number>>, wanted: (what: string) => boolean) {
  return Object.fromEntries(Object.entries(counts).filter(([what]) => wanted(what)));
}

export function settledFigures({ heap, ...facts }: SettledFacts): readonly Figure[] {
  const { operator } = facts;
  return [
    { name: 'settled: writes to both APIs', value: totalWrites(facts), unit: '', target: { atMost: 0 } },
    { name: 'settled: reconciles', value: sum(operator.reconciles), unit: '' },
    { name: 'settled: reads of the Admin API', value: operator.admin['GET'] ?? 0, unit: '' },
    { name: 'settled: CPU', value: operator.cpuMilliseconds, unit: 'ms' },
    { name: 'settled: RSS', value: operator.memory.rss / megabyte, unit: 'MB' },
    { name: 'settled: heap without garbage', value: heap / megabyte, unit: 'MB' },
    { name: 'settled: event loop delay, p99', value: operator.loopDelay.p99, unit: 'ms' },
  ];
}

export function churnFigures({ rounds, reconciles, heapGrowth }: ChurnFacts): readonly Figure[] {
  return [
    { name: `${rounds} rounds of edits and deletions: reconciles`, value: reconciles, unit: '' },
    { name: `${rounds} rounds of edits and deletions: heap grows`, value: heapGrowth / megabyte, unit: 'MB' },
  ];
}

export function restartFigures(facts: RestartFacts, count: number): readonly Figure[] {
  const { milliseconds, operator } = facts;
  return [
    { name: 'restart: until settled', value: inSeconds(milliseconds), unit: 's', target: restartTarget(count) },
    { name: 'restart: writes to both APIs', value: totalWrites(facts), unit: '', target: { atMost: 0 } },
    { name: 'restart: peak RSS', value: operator.memory.peakRss / megabyte, unit: 'MB', target: rssTarget(count) },
  ];
}

/** What is divided and what is not, as ratios of one operator that has all. */
export function shardFigures({ whole, halves }: Compared): readonly Figure[] {
  const larger = (of: (facts: ShardFacts) => number) => Math.max(...halves.map(of)) / of(whole);
  const all = (of: (facts: ShardFacts) => number) => halves.reduce((total, half) => total + of(half), 0) / of(whole);
  return [
    { name: 'one operator at rest: RSS', value: whole.rss / megabyte, unit: 'MB' },
    { name: 'one operator at rest: live heap', value: whole.heap / megabyte, unit: 'MB' },
    { name: 'the larger of two shards: RSS', value: larger(({ rss }) => rss), unit: 'times' },
    { name: 'the larger of two shards: live heap', value: larger(({ heap }) => heap), unit: 'times' },
    { name: 'both shards: live heap', value: all(({ heap }) => heap), unit: 'times' },
    { name: 'both shards: CPU until settled', value: all(({ cpuMilliseconds }) => cpuMilliseconds), unit: 'times' },
  ];
}

export function editFigures({ secretMilliseconds, readyMilliseconds, writes }: EditFacts): readonly Figure[] {
  return [
    { name: 'edit: until the new Secret', value: secretMilliseconds, unit: 'ms' },
    { name: 'edit: until Ready', value: readyMilliseconds, unit: 'ms' },
    { name: 'edit: writes to both APIs, each', value: writes, unit: '' },
  ];
}

export function outageFigures(facts: OutageFacts, count: number): readonly Figure[] {
  return (['gone', 'back'] as const).flatMap((turn): readonly Figure[] => {
    const { milliseconds, writes, cpuMilliseconds } = facts[turn];
    const { 'PATCH mtlsupstreams/status': statuses = 0, ...others } = writes;
    return [
      { name: `gateway ${turn}: status writes, each`, value: statuses / count, unit: '', target: { atMost: 1 } },
      { name: `gateway ${turn}: other writes, in all`, value: sum(others), unit: '', target: { atMost: eventsInAll } },
      { name: `gateway ${turn}: until all say so`, value: inSeconds(milliseconds), unit: 's' },
      { name: `gateway ${turn}: CPU of the operator, each`, value: cpuMilliseconds / count, unit: 'ms' },
    ];
  });
}

export function unrelatedFigures({ count, rssGrowth }: UnrelatedFacts): readonly Figure[] {
  const name = `${count} unrelated Secrets of 1 MB: growth of RSS`;
  return [{ name, value: rssGrowth / megabyte, unit: 'MB', target: { atMost: 5 } }];
}
