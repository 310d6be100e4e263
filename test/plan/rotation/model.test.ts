import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anything } from './model-commands.ts';
import { Coverage, cells } from './model-coverage.ts';
import { setup } from './model-setup.ts';
import { walk, ways } from './model-walks.ts';
import { kinds } from './model-world.ts';

for (const kind of kinds) {
  describe(`the CA of an ${kind}, as a model expects it`, () => {
    const coverage = new Coverage();

    for (const { state, fault } of cells()) {
      for (const way of ways) {
        it(`${way} from ${state} after the fault "${fault}", rejects nobody whom it should not, and ends`, () =>
          fc.asyncModelRun(setup(kind, coverage), walk(kind, state, fault, way)));
      }
    }

    it('has met every fault in every state in which it can occur', () => assert.deepEqual(coverage.missing(), []));

    it('rejects nobody whom it should not in any order of events', () =>
      fc.assert(
        fc.asyncProperty(fc.commands([...anything], { maxCommands: 16, size: 'max' }), (commands) =>
          fc.asyncModelRun(setup(kind, new Coverage()), commands),
        ),
        { numRuns: 30 },
      ));
  });
}
