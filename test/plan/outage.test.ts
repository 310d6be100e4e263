import assert from 'node:assert/strict';
import { afterLook, noLookYet, type Streak } from '../../src/plan/outage.ts';
import { type Failure, transient } from '../../src/std/failure.ts';

const reset = transient('GatewayUnreachable', 'It gives no answer (ECONNRESET)');
const late = transient('GatewayUnreachable', 'It gives no answer (ETIMEDOUT)');

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
