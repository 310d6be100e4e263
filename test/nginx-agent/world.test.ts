import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aRelease } from './given.ts';
import { type Fate, type Input, World } from './world.ts';

/** What NGINX makes of it is a matter of the content: the letter. Those of one letter differ in the leaf alone. */
const fates: Readonly<Record<string, Fate>> = {
  ...{ a: 'serves', b: 'serves', c: 'serves' },
  ...{ d: 'fails -t', e: 'fails to load', f: 'fails on the wire' },
};

const input = (name: string): Input => ({ about: aRelease(name), fate: fates[name.slice(0, 1)] ?? 'serves' });

const anInput = fc
  .tuple(fc.constantFrom(...Object.keys(fates)), fc.constantFrom(...'123'))
  .map(([letter, digit]) => input(letter + digit));

type Happening =
  | { readonly what: 'input'; readonly input: Input }
  | { readonly what: 'killed'; readonly after: number }
  | { readonly what: 'steps'; readonly count: number }
  | { readonly what: 'pause'; readonly seconds: number }
  | { readonly what: 'NGINX stops' | 'NGINX starts' };

const aHappening: fc.Arbitrary<Happening> = fc.oneof(
  anInput.map((one) => ({ what: 'input', input: one }) as const),
  fc.nat(2).map((after) => ({ what: 'killed', after }) as const),
  fc.integer({ min: 1, max: 6 }).map((count) => ({ what: 'steps', count }) as const),
  fc.constantFrom(0.05, 0.5, 2, 40).map((seconds) => ({ what: 'pause', seconds }) as const),
  fc.constantFrom('NGINX stops', 'NGINX starts').map((what) => ({ what }) as const),
);

function happen(world: World, happening: Happening): void {
  if (happening.what === 'input') world.want(happening.input);
  if (happening.what === 'killed') world.step(happening.after);
  if (happening.what === 'steps') run(world, happening.count);
  if (happening.what === 'pause') world.now += happening.seconds;
  if (happening.what === 'NGINX stops') world.stopNginx();
  if (happening.what === 'NGINX starts') world.startNginx();
}

/** As the agent does: it looks again after each step, and now and then while there is nothing to do. */
function run(world: World, count: number): void {
  for (let step = 0; step < count; step += 1) if (world.step().do === 'wait') world.now += 0.05;
}

/** Until nothing is left to do, for more steps than anything takes. */
function settle(world: World): void {
  for (let step = 0; step < 400; step += 1) {
    const decision = world.step();
    if (decision.do === 'wait' && decision.state === 'served') return;
    world.now += decision.do === 'wait' ? 0.2 : 0.01;
  }
}

describe('the agent, whatever is mounted and whenever it is killed', () => {
  it('never has NGINX load what nginx -t rejects, and serves the last input that works', () => {
    const property = fc.property(fc.array(aHappening, { maxLength: 40 }), anInput, (happenings, last) => {
      const world = new World();
      for (const happening of happenings) {
        happen(world, happening);
        assert.deepEqual(world.broken, []);
      }
      world.want(input('a9'));
      run(world, 5);
      world.startNginx();
      settle(world);
      assert.equal(world.served?.about.id, aRelease('a9').id);
      world.want(last);
      settle(world);
      assert.equal(world.served?.about.id, last.fate === 'serves' ? last.about.id : aRelease('a9').id);
      assert.deepEqual(world.broken, []);
      const { reloads } = world;
      run(world, 20);
      assert.equal(world.reloads, reloads);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('has NGINX start with the last good release where it does not start with the current one', () => {
    const world = new World();
    const served = () => world.served?.about.id;
    world.want(input('a1'));
    run(world, 5);
    world.startNginx();
    settle(world);
    world.want(input('e1'));
    while (world.step().do !== 'switch');
    world.stopNginx();
    world.startNginx();
    assert.equal(served(), undefined, 'it does not start');
    settle(world);
    world.startNginx();
    assert.equal(served(), aRelease('a1').id);
    settle(world);
    assert.equal(served(), aRelease('a1').id);
    assert.deepEqual(world.broken, []);
  });

  it('takes up any number of new leaves without a reload', () => {
    const world = new World();
    world.want(input('a1'));
    run(world, 5);
    world.startNginx();
    settle(world);
    const { reloads } = world;
    for (const digit of '23456789') {
      world.want(input(`a${digit}`));
      settle(world);
      assert.equal(world.served?.about.id, aRelease(`a${digit}`).id);
    }
    assert.equal(world.reloads, reloads);
  });
});
