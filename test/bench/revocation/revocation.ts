/** `npm run bench -- revocation`: how soon a client is refused once a spec revokes it, beside N MtlsGateways. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withCluster } from '../cluster.ts';
import type { Figure } from '../figure.ts';
import { type ApiClient, paths } from '../scale/api-client.ts';
import { inFlight } from '../scale/in-flight.ts';
import { namespaces, type Place } from '../scale/resources.ts';
import { measureShare } from './gateway-share.ts';
import { parseRevocationOptions, type RevocationOptions } from './options.ts';
import { buildStage, client, gatewayAt, manifestOf, type Stage } from './stage.ts';
import { type Refusal, Visitor, type Wish, wishOf } from './visitor.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

export async function benchRevocation(flags: readonly string[]): Promise<readonly Figure[]> {
  const options = parseRevocationOptions(flags);
  return withCluster(namespaces, async (cluster) => {
    const stage = await buildStage(cluster);
    await stage.operator.start();
    await createAll(options, stage);
    const places = placesOf(options);
    const wishes: Wish[] = [];
    const refusals: Refusal[] = [];
    for (const place of places) {
      // Once it is refused its Secret has no key any more.
      const wish = await wishOf(place, stage);
      wishes.push(wish);
      refusals.push(await revoke(place, wish, stage));
      if (refusals.length % 10 === 0) say(`${refusals.length} of ${places.length} revoked`);
    }
    return figuresOf(options, refusals, await shareOf(wishes, stage));
  });
}

/** Spread over all of them. */
function placesOf({ count, revoked }: RevocationOptions): readonly Place[] {
  return Array.from({ length: revoked }, (_, index) => gatewayAt(Math.floor((index * count) / revoked)));
}

const creators = 8;
const patience = 600_000;

async function createAll({ count }: RevocationOptions, { api }: Stage): Promise<void> {
  say(`creating ${count} MtlsGateways`);
  await inFlight(count, creators, async (index) => {
    const place = gatewayAt(index);
    await api.send('POST', paths.gateways(place.namespace), JSON.stringify(manifestOf(place)));
  });
  const deadline = performance.now() + patience;
  for (let ready = 0; ready < count; await sleep(2_000)) {
    ready = await countReady(api);
    say(`${ready} of ${count} are Ready`);
    if (performance.now() > deadline) throw new Error('not all of them become Ready');
  }
}

interface List {
  readonly items: readonly {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

async function countReady(api: ApiClient): Promise<number> {
  const { items } = await api.json<List>('/apis/mtls-operator.dev/v1alpha1/mtlsgateways');
  return items.filter(({ status }) =>
    status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  ).length;
}

/** From the answer of the API server on. */
async function revoke(place: Place, wish: Wish, { api }: Stage): Promise<Refusal> {
  const visitor = await Visitor.of(wish);
  await visitor.untilLetIn();
  const spec = { clients: [{ ...client, revoked: { reason: 'keyCompromise' } }] };
  const asked = visitor.untilRefused(0);
  await api.send('PATCH', `${paths.gateways(place.namespace)}/${place.name}`, JSON.stringify({ spec }));
  const since = performance.now();
  const { refused, lastPassed } = await asked;
  visitor.close();
  return { refused: refused - since, lastPassed: Math.max(0, lastPassed - since) };
}

async function shareOf(wishes: readonly Wish[], stage: Stage): Promise<readonly number[]> {
  await stage.operator.kill();
  return measureShare(wishes, stage);
}

function figuresOf(
  { count }: RevocationOptions,
  refusals: readonly Refusal[],
  share: readonly number[],
): readonly Figure[] {
  const refused = sorted(refusals.map((one) => one.refused));
  const passed = sorted(refusals.map(({ lastPassed }) => lastPassed));
  const gateway = sorted(share);
  return [
    { name: 'MtlsGateways', value: count, unit: '' },
    { name: 'clients revoked', value: refused.length, unit: '' },
    { name: 'from spec to refusal, p50', value: at(refused, 0.5), unit: 'ms' },
    { name: 'from spec to refusal, p99', value: at(refused, 0.99), unit: 'ms', target: { atMost: 1000 } },
    { name: 'the latest request that passed', value: at(passed, 1), unit: 'ms' },
    { name: "the gateway's share of it, p50", value: at(gateway, 0.5), unit: 'ms' },
    { name: "the gateway's share of it, p99", value: at(gateway, 0.99), unit: 'ms' },
    { name: 'of the gateway alone, p50', value: at(refused, 0.5) / at(gateway, 0.5), unit: 'times' },
  ];
}

const sorted = (values: readonly number[]) => values.toSorted((one, other) => one - other);

function at(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}
