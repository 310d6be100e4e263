import assert from 'node:assert/strict';
import { finish, inSlices, inTurns, type Steps } from '../../src/std/steps.ts';

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

  it('lets others have their turn after one slice, however many work in slices', async () => {
    let [turns, isOver] = [0, false];
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    turn();
    await Promise.all(Array.from({ length: 10 }, () => inSlices(count(10, spin(5)), never)));
    isOver = true;
    assert.ok(turns > 50, `${turns} turns in 100 slices`);
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
    await inSlices(count(3), never);
    assert.equal(others, 0);
  });

  it('begins with one after another of many, with turns for others', async () => {
    let others = 0;
    const seen: number[] = [];
    const turn = () => {
      others += 1;
      if (seen.length < 5) setImmediate(turn);
    };
    setImmediate(turn);
    for await (const item of inTurns([1, 2, 3, 4, 5], never)) {
      spin(6)();
      seen.push(item);
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    assert.ok(others >= 4, `${others} turns`);
  });
});
