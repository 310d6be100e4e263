import fc from 'fast-check';
import { annotate, retireWithout } from './given.ts';
import type { Fault, State } from './model-coverage.ts';
import type { Expected } from './model-expected.ts';
import type { Ending, World, WorldKind } from './model-world.ts';

type Command = fc.AsyncCommand<Expected, World>;

/** Something that happens, by the name by which a counterexample tells of it; then all must be as is expected. */
function command(what: string, run: (world: World, expected: Expected) => Promise<void> | void): Command {
  return {
    check: () => true,
    run: async (expected, world) => {
      await run(world, expected);
      expected.saw(world);
    },
    toString: () => what,
  };
}

async function reconcile(world: World, expected: Expected, ending: Ending = {}): Promise<void> {
  const isEnded = await world.reconcile(ending, () => expected.saw(world));
  if (isEnded && ending.refused === undefined && world.fault === 'none') expected.settled(world);
}

const reconciles = (ending: Ending = {}) =>
  command(`reconcile ${JSON.stringify(ending)}`, (world, expected) => reconcile(world, expected, ending));

const orders = (word: 'start' | 'abort' | 'pause' | 'now') =>
  command(word, (world, expected) => {
    expected.word = word;
    world.order(word);
  });

const ordersNothing = command('no order stands', (world, expected) => {
  expected.word = '';
  world.orderNothing();
});

const goesOnWithout = (clients: readonly string[]) =>
  command(`retire without ${clients.join()}`, ({ rehearsal }, expected) => {
    expected.without = clients.map((name) => `test-com-${name}`);
    annotate(rehearsal, { [retireWithout]: `${clients.join(', ')}: were shut down` });
  });

const follows = (index: number, says: boolean) =>
  command(`client ${index} follows${says ? ' and says so' : ''}`, ({ clients, rehearsal }) =>
    clients[index]?.follow(rehearsal, says),
  );

const nginxLoads = command('NGINX loads', ({ nginx, rehearsal }) => nginx?.load(rehearsal));

const breaks = (fault: World['fault']) =>
  command(`fault: ${fault}`, (world) => {
    world.fault = fault;
  });

const losesKey = command('the key of the other CA is lost', (world) => world.loseKey());

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

const allFollow = [follows(0, true), follows(1, true), nginxLoads];
const killedAt = (phase: 'previous' | 'retired') =>
  command(`killed once the other CA is ${phase}`, async (world, expected) => {
    for (let writes = 1; writes < 30 && world.generations.phase !== phase; writes += 1) {
      await reconcile(world, expected, { writes: 1 });
    }
  });

const whileUnderWay = (one: Command): Command => ({ ...one, check: ({ isUnderWay }) => isUnderWay });

const prepared = [breaks('data plane wrong'), orders('start'), reconciles(), breaks('none')];
const waysTo: Readonly<Record<WorldKind, Readonly<Record<State, readonly Command[]>>>> = {
  MtlsGateway: {
    Stable: [],
    Prepared: prepared,
    Trusted: [...prepared, orders('pause'), reconciles()],
    Switched: [orders('start'), killedAt('previous')],
    Drained: [orders('start'), reconciles()],
    Retired: [orders('start'), reconciles(), ...allFollow, killedAt('retired')],
  },
  MtlsUpstream: {
    Stable: [],
    Prepared: [orders('start'), reconciles()],
    Trusted: [orders('start'), reconciles(), orders('pause'), nginxLoads, reconciles()],
    Switched: [orders('start'), reconciles(), nginxLoads, killedAt('previous')],
    Drained: [orders('start'), reconciles(), nginxLoads, reconciles(), orders('pause'), nginxLoads, reconciles()],
    Retired: [orders('start'), reconciles(), nginxLoads, reconciles(), nginxLoads, reconciles()],
  },
};

const isIn = (state: State) =>
  command(`is ${state}`, (world) => {
    if (world.state !== state) throw new Error(`it is ${world.state}, and not ${state}`);
  });

const meets: Readonly<Record<Fault, readonly Command[]>> = {
  none: [reconciles()],
  killed: [reconciles({ plans: 1 })],
  'a write refused': [orders('start'), ...allFollow, reconciles({ refused: 1 })],
  'gateway away': [breaks('gateway away'), reconciles({ plans: 3 }), reconciles()],
  'data plane wrong': [breaks('data plane wrong'), reconciles({ writes: 2 }), reconciles()],
  'key lost': [losesKey, reconciles()],
};

const isOver = command('is over', (world) => {
  if (world.state !== 'Stable') throw new Error(`it ends ${world.state}`);
});

export const ways = ['goes on', 'is aborted'] as const;

/** To the state, into the fault, and out of both. */
export function walk(kind: WorldKind, state: State, fault: Fault, way: (typeof ways)[number]): readonly Command[] {
  const ordered = way === 'is aborted' ? orders('abort') : ordersNothing;
  const onwards = Array.from({ length: 5 }, () => [...allFollow, reconciles()].map(whileUnderWay)).flat();
  const out = [breaks('none'), ordered, reconciles(), ...onwards, isOver];
  return [...waysTo[kind][state], isIn(state), ...meets[fault], ...out];
}
