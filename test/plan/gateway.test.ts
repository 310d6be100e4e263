import assert from 'node:assert/strict';
import type { Neighbours } from '../../src/plan/observed.ts';
import { aGateway } from '../harness/given.ts';
import { Rehearsal } from './rehearse.ts';

describe('what others want of the same at a gateway', () => {
  const { spec } = aGateway() as { spec: object };

  /** How often a run asks for the rules of the administrator, which it does for each comparison of its claims. */
  async function asked(rehearsal: Rehearsal): Promise<number> {
    let times = 0;
    const neighbours: Neighbours = {
      rivals: () => [],
      around: () => {
        times += 1;
        return [];
      },
      policyOf: () => undefined,
      isStanding: () => true,
      areOthersRotating: () => false,
      mayAdopt: () => false,
      mtlsGateway: () => undefined,
      secretOf: () => undefined,
      allowers: () => [],
      sharers: () => [],
      isReferredTo: () => false,
    };
    await rehearsal.run({ neighbours });
    return times;
  }

  it('is compared once with each reading, however many plans are made with it', async () => {
    const rehearsal = new Rehearsal('MtlsGateway', spec);
    await rehearsal.run();
    const settled = await asked(rehearsal);
    rehearsal.secrets.delete('test-com-server');
    const issued = await asked(rehearsal);
    // Whether anybody is near, until a reading is there; then one comparison with each reading.
    assert.deepEqual([settled, issued], [3, 6]);
  });
});
