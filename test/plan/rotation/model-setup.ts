import type { Coverage } from './model-coverage.ts';
import { Expected } from './model-expected.ts';
import { World, type WorldKind } from './model-world.ts';

/** A resource that has come to rest, and what is expected of it. */
export const setup = (kind: WorldKind, coverage: Coverage) => async () => {
  const real = await World.begun(kind, coverage);
  return { model: new Expected(real), real };
};
