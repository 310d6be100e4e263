import fc from 'fast-check';
import { anything } from '../../plan/rotation/model-commands.ts';
import { Coverage, cells } from '../../plan/rotation/model-coverage.ts';
import { setup } from '../../plan/rotation/model-setup.ts';
import { walk, ways } from '../../plan/rotation/model-walks.ts';
import { kinds, type WorldKind } from '../../plan/rotation/model-world.ts';
import type { Figure } from '../figure.ts';

const runs = 200;

/** How often the model test has met each fault in each state: its walks once each, and many random orders of events. */
export async function benchModel(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const kind of kinds) figures.push(...figuresOf(kind, await cover(kind)));
  return figures;
}

async function cover(kind: WorldKind): Promise<Coverage> {
  const coverage = new Coverage();
  const begin = setup(kind, coverage);
  for (const { state, fault } of cells())
    for (const way of ways) await fc.asyncModelRun(begin, walk(kind, state, fault, way));
  const anyOrder = fc.commands([...anything], { maxCommands: 16, size: 'max' });
  await fc.assert(
    fc.asyncProperty(anyOrder, (commands) => fc.asyncModelRun(begin, commands)),
    { numRuns: runs },
  );
  return coverage;
}

function figuresOf(kind: WorldKind, coverage: Coverage): readonly Figure[] {
  return cells().map(({ state, fault }) => ({
    name: `${kind}: ${state}, ${fault}`,
    value: coverage.count(state, fault),
    unit: 'times',
    target: { atLeast: 1 },
  }));
}
