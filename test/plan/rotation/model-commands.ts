import fc from 'fast-check';
import { annotate, retireWithout } from './given.ts';
import type { Expected } from './model-expected.ts';
import type { Ending, World } from './model-world.ts';

export type Command = fc.AsyncCommand<Expected, World>;

/** Something that happens, by the name by which a counterexample tells of it; then all must be as is expected. */
export function command(what: string, run: (world: World, expected: Expected) => Promise<void> | void): Command {
  return {
    check: () => true,
    run: async (expected, world) => {
      await run(world, expected);
      expected.saw(world);
    },
    toString: () => what,
  };
}

export async function reconcile(world: World, expected: Expected, ending: Ending = {}): Promise<void> {
  const isEnded = await world.reconcile(ending, () => expected.saw(world));
  if (isEnded && ending.refused === undefined && world.fault === 'none') expected.settled(world);
}

export const reconciles = (ending: Ending = {}) =>
  command(`reconcile ${JSON.stringify(ending)}`, (world, expected) => reconcile(world, expected, ending));

export const orders = (word: 'start' | 'abort' | 'pause' | 'now') =>
  command(word, (world, expected) => {
    expected.word = word;
    world.order(word);
  });

export const ordersNothing = command('no order stands', (world, expected) => {
  expected.word = '';
  world.orderNothing();
});

const goesOnWithout = (clients: readonly string[]) =>
  command(`retire without ${clients.join()}`, ({ rehearsal }, expected) => {
    expected.without = clients.map((name) => `test-com-${name}`);
    annotate(rehearsal, { [retireWithout]: `${clients.join(', ')}: were shut down` });
  });

export const follows = (index: number, says: boolean) =>
  command(`client ${index} follows${says ? ' and says so' : ''}`, ({ clients, rehearsal }) =>
    clients[index]?.follow(rehearsal, says),
  );

export const nginxLoads = command('NGINX loads', ({ nginx, rehearsal }) => nginx?.load(rehearsal));

export const breaks = (fault: World['fault']) =>
  command(`fault: ${fault}`, (world) => {
    world.fault = fault;
  });

export const losesKey = command('the key of the other CA is lost', (world) => world.loseKey());

/** Somebody reconciles in time: what nobody renews ends, rotation or not. */
const passes = (days: number) =>
  command(`${days} days`, async (world, expected) => {
    for (let left = days; left > 0; left -= 20) {
      world.rehearsal.now = world.rehearsal.now.add({ hours: 24 * Math.min(20, left) });
      world.nginx?.load(world.rehearsal);
      await reconcile(world, expected);
    }
  });

const count = fc.integer({ min: 1, max: 12 });
const ending = fc.oneof(
  fc.constant({}),
  count.map((writes) => ({ writes })),
  count.map((plans) => ({ plans })),
  count.map((refused) => ({ refused })),
);
const following = fc.oneof(
  fc.constant(nginxLoads),
  fc.tuple(fc.nat(1), fc.boolean()).map(([index, says]) => follows(index, says)),
);

/** Whatever may happen, in any order; what leads on stands there more than once. */
export const anything: readonly fc.Arbitrary<Command>[] = [
  ...Array.from({ length: 4 }, () => ending.map(reconciles)),
  ...Array.from({ length: 2 }, () => following),
  ...Array.from({ length: 2 }, () => fc.constant(orders('start'))),
  fc.constantFrom('abort' as const, 'pause' as const, 'now' as const).map(orders),
  fc.subarray(['curl', 'app'], { minLength: 1 }).map(goesOnWithout),
  fc.constantFrom('none' as const, 'gateway away' as const, 'data plane wrong' as const).map(breaks),
  fc.constant(losesKey),
  fc.integer({ min: 1, max: 70 }).map(passes),
];
