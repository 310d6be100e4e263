import {
  breaks,
  type Command,
  command,
  follows,
  losesKey,
  nginxLoads,
  orders,
  ordersNothing,
  reconcile,
  reconciles,
} from './model-commands.ts';
import type { Fault, State } from './model-coverage.ts';
import type { WorldKind } from './model-world.ts';

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
