import assert from 'node:assert/strict';
import fc from 'fast-check';
import { transient } from '../../../src/std/failure.ts';
import type { Rehearsal } from '../rehearse.ts';
import { aGateway, annotate, anUpstream, generationsIn, rotateCa } from './given.ts';
import { Client, Nginx } from './parties.ts';

const wrong = transient('NotEnforced', 'The gateway rejected it');
const rejected = transient('GatewayUnavailable', 'The gateway does not answer');

/** Far more reconciles than a rotation takes. */
const attempts = 60;

/** A gateway whose two clients have loaded what they were given first. */
async function begun() {
  const rehearsal = aGateway();
  await rehearsal.run();
  const clients = ['test-com-curl', 'test-com-app'].map((name) => new Client(name));
  for (const client of clients) client.follow(rehearsal, false);
  return { rehearsal, clients };
}

describe('a rotation that is killed after every so many plans', () => {
  for (const rounds of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20]) {
    it(`of ${rounds} has each client accepted at each moment, and comes to its end`, async () => {
      const { rehearsal, clients } = await begun();
      const check = () => clients.map((client) => client.check(rehearsal));
      annotate(rehearsal, { [rotateCa]: '1' });
      // A plan that is killed before it has done anything would be killed there for ever: each gets a little further.
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        await rehearsal.runUntilKilled(rounds + (attempt % 12), check);
        if (attempt === attempts / 2) clients.map((client) => client.follow(rehearsal, true));
      }
      assert.deepEqual(generationsIn(rehearsal, 'test-com-ca'), []);
      assert.equal(rehearsal.resource.status.rotation, undefined);
    });
  }
});

const phases = ['next', 'previous', 'retired'] as const;
const faults = ['killed', 'gateway away', 'data plane wrong'] as const;
const ways = ['goes on', 'is aborted'] as const;

describe('a rotation with a fault that ends again', () => {
  const table = phases.flatMap((phase) => faults.flatMap((fault) => ways.map((way) => ({ phase, fault, way }))));
  for (const { phase, fault, way } of table) {
    it(`while the other CA is the ${phase} one, ${fault}, ${way} with each client accepted, and ends`, async () => {
      const { rehearsal, clients } = await begun();
      const world: World = { rehearsal, clients, nginx: new NoNginx(), order: 0 };
      annotate(rehearsal, { [rotateCa]: '1' });
      await until(phase, world);
      setFault(rehearsal, fault);
      if (way === 'is aborted') annotate(rehearsal, { [rotateCa]: 'abort' });
      for (const rounds of [1, 5, 50]) await reconcile(world, rounds);
      setFault(rehearsal, 'none');
      await reconcile(world, 50);
      for (const client of clients) client.follow(rehearsal, true);
      await reconcile(world, 50);
      assert.deepEqual(generationsIn(rehearsal, 'test-com-ca'), []);
      assert.equal(rehearsal.resource.status.rotation, undefined);
    });
  }
});

/** One plan after another until the Secret of the CA holds that generation. */
async function until(phase: (typeof phases)[number], world: World): Promise<void> {
  const { rehearsal, clients } = world;
  const isThere = () => generationsIn(rehearsal, 'test-com-ca').includes(`${phase}-ca.crt`);
  if (phase === 'retired') {
    await reconcile(world, 50);
    for (const client of clients) client.follow(rehearsal, true);
  }
  for (let rounds = 1; rounds < 30 && !isThere(); rounds += 1) await reconcile(world, rounds);
  assert.ok(isThere(), `never came to ${phase}`);
}

/** One resource with the parties that concern it, each of which acts when it likes. */
interface World {
  readonly rehearsal: Rehearsal;
  readonly clients: readonly Client[];
  readonly nginx: Nginx;
  order: number;
}

type Act = (world: World) => Promise<void> | void;

async function reconcile(world: World, rounds: number): Promise<void> {
  await world.rehearsal.runUntilKilled(rounds, () => checkAll(world));
  checkAll(world);
}

function checkAll({ rehearsal, clients, nginx }: World): void {
  if (clients.length === 0) nginx.check(rehearsal);
  for (const client of clients) client.check(rehearsal);
}

function setFault(rehearsal: Rehearsal, fault: string): void {
  rehearsal.rejects = fault === 'gateway away' ? rejected : undefined;
  rehearsal.dataPlane = () => (fault === 'data plane wrong' ? { wrong } : {});
}

/** What may happen, and to read it by in a counterexample. */
const acts: readonly fc.Arbitrary<{ readonly what: string; readonly act: Act }>[] = [
  fc.integer({ min: 1, max: 30 }).map((rounds) => ({
    what: `killed after ${rounds}`,
    act: (world: World) => reconcile(world, rounds),
  })),
  fc.constant({ what: 'reconcile', act: (world: World) => reconcile(world, 50) }),
  fc.constantFrom('start', 'abort', 'pause').map((word) => ({
    what: word,
    act: (world: World) => {
      world.order += 1;
      annotate(world.rehearsal, { [rotateCa]: `${word} ${world.order}` });
    },
  })),
  fc.tuple(fc.nat(1), fc.boolean()).map(([index, says]) => ({
    what: `client ${index} follows${says ? ' and says so' : ''}`,
    act: ({ rehearsal, clients }: World) => clients[index]?.follow(rehearsal, says),
  })),
  fc.constant({ what: 'NGINX loads', act: ({ rehearsal, nginx }: World) => nginx.load(rehearsal) }),
  fc.constantFrom('none', 'gateway away', 'data plane wrong').map((fault) => ({
    what: `fault: ${fault}`,
    act: ({ rehearsal }: World) => setFault(rehearsal, fault),
  })),
  fc.integer({ min: 1, max: 70 }).map((days) => ({
    what: `${days} days`,
    // Somebody reconciles in time: what nobody renews ends, rotation or not.
    act: async (world: World) => {
      for (let left = days; left > 0; left -= 20) {
        world.rehearsal.now = world.rehearsal.now.add({ hours: 24 * Math.min(20, left) });
        world.nginx.load(world.rehearsal);
        await reconcile(world, 50);
      }
    },
  })),
];

const scenarios = fc.array(fc.oneof(...acts), { minLength: 4, maxLength: 14 });

async function play(world: World, scenario: readonly { readonly act: Act }[]): Promise<void> {
  for (const { act } of scenario) {
    await act(world);
    checkAll(world);
  }
}

describe('a rotation in any order of events', () => {
  it('never has gateway or client reject the other, whoever follows when, whatever fails', () =>
    fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        await play({ ...(await begun()), nginx: new NoNginx(), order: 0 }, scenario);
      }),
      { numRuns: 20 },
    ));

  it('never has an NGINX reject its gateway, whenever it loads what it was given', () =>
    fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const rehearsal = anUpstream();
        const nginx = new Nginx();
        rehearsal.nginx = (question) => [nginx.look(question, rehearsal.now)];
        await rehearsal.run();
        nginx.load(rehearsal);
        await rehearsal.run();
        await play({ rehearsal, clients: [], nginx, order: 0 }, scenario);
      }),
      { numRuns: 20 },
    ));
});

/** A gateway has none. */
class NoNginx extends Nginx {
  override load(): void {}
}
