import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Openssl } from '../../pki/path/given.ts';
import { bring, isTrusted, signs, threeRoots, withBrought } from './brought-given.ts';
import { aGateway, annotate, retireWithout, rotateCa } from './given.ts';
import { Client } from './parties.ts';

const openssl = new Openssl();
after(() => openssl.remove());
const roots = threeRoots(openssl);
const cas = Object.values(roots);

/** A gateway with two clients, which follow when they like. */
class World {
  readonly rehearsal = withBrought(aGateway(), roots.one);
  readonly #clients = ['test-com-curl', 'test-com-app'].map((name) => new Client(name, { trustsOne: false }));
  wanted = roots.one;
  /** Somebody has ordered that nobody is waited for. */
  isAtOnce = false;

  async begin(): Promise<void> {
    await this.rehearsal.run();
    for (const client of this.#clients) client.follow(this.rehearsal, false);
  }

  follow(client: number): void {
    this.#clients[client]?.follow(this.rehearsal, true);
  }

  readonly check = (): void => {
    if (!this.isAtOnce) for (const client of this.#clients) client.check(this.rehearsal);
  };
}

interface Act {
  readonly name: string;
  readonly on: (world: World) => unknown;
}

const brings = fc.constantFrom(...cas).map(
  (ca): Act => ({
    name: `bring ${ca.certificate.subject.text}`,
    on: (world) => {
      world.wanted = ca;
      bring(world.rehearsal, ca);
    },
  }),
);
const plans = fc.integer({ min: 1, max: 14 }).map(
  (count): Act => ({
    name: `${count} plans`,
    on: ({ rehearsal, check }) => rehearsal.runUntilKilled(count, check),
  }),
);
const orders = fc.constantFrom('pause', 'abort', 'abort 2', 'now', '').map(
  (order): Act => ({
    name: `order ${order}`,
    on: (world) => {
      annotate(world.rehearsal, { [rotateCa]: order });
      world.isAtOnce ||= order === 'now';
    },
  }),
);
const follows = fc.nat({ max: 1 }).map((client): Act => ({ name: 'follow', on: (world) => world.follow(client) }));
const acts = fc.oneof(
  ...[brings, plans].map((arbitrary) => ({ weight: 2, arbitrary })),
  ...[orders, follows].map((arbitrary) => ({ weight: 1, arbitrary })),
);

describe('a CA in the Secret that the spec names, whatever is put there and whenever the operator is killed', () => {
  it('never has gateway and client reject each other before the client followed, and signs alone in the end', () =>
    fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 12 }), async (walk) => {
        const world = new World();
        const { rehearsal, check } = world;
        await world.begin();
        for (const act of walk) {
          await act.on(world);
          check();
        }
        annotate(rehearsal, { [rotateCa]: '', [retireWithout]: 'curl, app: were shut down' });
        await rehearsal.run();
        await rehearsal.run();
        const { wanted } = world;
        assert.deepEqual(
          [signs(rehearsal), rehearsal.resource.status.rotation],
          [wanted.certificate.subject.text, undefined],
        );
        assert.deepEqual(
          cas.map((ca) => isTrusted(rehearsal, ca)),
          cas.map((ca) => ca === wanted),
        );
        assert.doesNotMatch(await rehearsal.run(), /create|update|issue|put/);
      }),
      { numRuns: 60 },
    ));
});
