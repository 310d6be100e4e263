import assert from 'node:assert/strict';
import { afterLook, afterRound, noLookYet, type Streak, type Watch } from '../../src/plan/proof/outage.ts';
import { type Failure, transient } from '../../src/std/failure.ts';

const reset = transient('GatewayUnreachable', 'It does not answer (ECONNRESET)');
const late = transient('GatewayUnreachable', 'It does not answer (ETIMEDOUT)');

interface Case {
  readonly name: string;
  readonly looks: readonly (Failure | undefined)[];
  readonly want: Failure | undefined;
}

describe('an outage', () => {
  const cases: readonly Case[] = [
    { name: 'is not there before the first look', looks: [], want: undefined },
    { name: 'is not there after an answer', looks: [undefined], want: undefined },
    { name: 'has not begun after one look that failed', looks: [reset], want: undefined },
    { name: 'has not begun where an answer came between two that failed', looks: [reset, undefined, reset] },
    { name: 'begins with the second in a row', looks: [reset, late], want: late },
    { name: 'keeps its words while it lasts', looks: [reset, late, reset, reset], want: late },
    { name: 'ends with the first answer', looks: [reset, late, undefined], want: undefined },
    { name: 'begins anew after an answer with two, not with one', looks: [reset, late, undefined, reset] },
  ].map((one) => ({ want: undefined, ...one }));

  for (const { name, looks, want } of cases) {
    it(name, () => {
      const streak = looks.reduce<Streak>((before, failure) => afterLook(before, failure), noLookYet);
      assert.equal(streak.outage, want);
    });
  }
});

describe('what the resources of a gateway with two endpoints are told', () => {
  /** `-` is an answer, `x` none; one letter for each endpoint, one word for each round; told likewise. */
  const cases: readonly { readonly name: string; readonly rounds: string; readonly want: string }[] = [
    { name: 'is nothing while both answer', rounds: '-- --', want: '-- --' },
    { name: 'is the outage of both in one go', rounds: 'xx xx xx', want: '-- xx xx' },
    { name: 'is the outage of one at once where the other answers', rounds: 'x- x- x-', want: '-- x- x-' },
    { name: 'waits a round for the one that failed later', rounds: 'x- xx xx', want: '-- -- xx' },
    { name: 'waits a round for one that answers then', rounds: 'x- xx x-', want: '-- -- x-' },
    { name: 'is the end of both in one go', rounds: 'xx xx --', want: '-- xx --' },
    { name: 'waits a round for the one that is back later', rounds: 'xx xx -x --', want: '-- xx xx --' },
    {
      name: 'waits no longer than a round for the one that stays away',
      rounds: 'xx xx -x -x -x',
      want: '-- xx xx -x -x',
    },
    { name: 'is the end of one at once where the other was never away', rounds: 'x- x- --', want: '-- x- --' },
    { name: 'changes not where one was away for less than the wait', rounds: 'xx xx -x xx', want: '-- xx xx xx' },
    {
      name: 'waits for one round, also beside one that fails every other look',
      rounds: 'x- xx x- xx',
      want: '-- -- x- x-',
    },
  ];

  const parse = (round: string) => [...round].map((letter) => (letter === 'x' ? reset : undefined));
  const print = (told: readonly (Failure | undefined)[]) => told.map((one) => (one === undefined ? '-' : 'x')).join('');

  for (const { name, rounds, want } of cases) {
    it(name, () => {
      let watch: Watch = { streaks: [noLookYet, noLookYet], told: [undefined, undefined], isHeld: false };
      const told = rounds.split(' ').map((round) => {
        watch = afterRound(watch, parse(round));
        return print(watch.told);
      });
      assert.equal(told.join(' '), want);
    });
  }
});
