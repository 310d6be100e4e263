import assert from 'node:assert/strict';
import { type Figure, isMet } from '../../bench/figure.ts';
import { benchRotation } from '../../bench/rotation/rotation.ts';

/** Of each kind one, so that the bench does not rot; how many it takes to believe it is for the bench to say. */
describe('bench of rotations, with one rotation and one that is taken back', function () {
  this.timeout(180_000);
  let figures: readonly Figure[];

  before(async () => {
    figures = await benchRotation(['--rotations', '1', '--rollbacks', '1']);
  });
  const sumOf = (what: RegExp) =>
    figures.filter(({ name }) => what.test(name)).reduce((sum, { value }) => sum + value, 0);

  it('fails no request that it need not, and passes none by a CA that is retired', () =>
    assert.deepEqual(
      figures.filter((figure) => !isMet(figure)).map(({ name, value }) => `${name}: ${value}`),
      [],
    ));

  it('asks in each way, over new, kept and resumed connections', () => {
    for (const way of ['GET, new', 'GET, kept', 'GET, resumed', 'POST, new', 'POST, kept', 'POST, resumed'])
      assert.ok(sumOf(new RegExp(`${way} connections$`)) > 10, way);
    assert.ok(sumOf(/resumed indeed$/) > 10);
  });

  it('kills the operator in every state that it comes to', () => {
    for (const state of ['Prepared', 'Drained', 'Retired']) assert.ok(sumOf(new RegExp(`state ${state}$`)) > 0, state);
  });

  it('does both', () => assert.deepEqual([sumOf(/: rotations$/), sumOf(/: taken back$/)], [1, 1]));
});
