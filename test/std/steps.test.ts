import assert from 'node:assert/strict';
import { finish, inSlices, type Steps, Turns } from '../../src/std/steps.ts';

function* count(rounds: number, each: () => void = () => {}): Steps<number> {
  for (let round = 0; round < rounds; round += 1) {
    each();
    yield;
  }
  return rounds;
}

const spin = (milliseconds: number) => () => {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
};
const never = new AbortController().signal;

describe('work in steps', () => {
  it('gives its result at once, or in slices', async () => {
    assert.equal(finish(count(3)), 3);
    assert.equal(await inSlices(count(3), never), 3);
  });

  it('lets others have their turn in between, in slices', async () => {
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 1);
    await inSlices(count(50, spin(2)), never);
    clearInterval(others);
    assert.ok(turns >= 10, `${turns} turns in 100 ms`);
  });

  it('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    setImmediate(() => stop.abort(reason));
    await assert.rejects(inSlices(count(1e6, spin(1)), stop.signal), reason);
  });

  it('takes no turn where little was done', async () => {
    let others = 0;
    setImmediate(() => {
      others += 1;
    });
    await new Turns(never).share();
    assert.equal(others, 0);
  });
});
