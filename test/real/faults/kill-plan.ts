import fc from 'fast-check';
import type { Member } from './population.ts';

/** When a life of the operator ends. */
export interface Kill {
  readonly from: 'spawn' | 'running';
  readonly milliseconds: number;
}

export interface Step {
  readonly does: 'make' | 'edit' | 'remove';
  readonly member: Member;
}

/** Most while it works, for which it has to be up; some while it starts. The same seed gives the same kills. */
export function planKills(seed: number, count: number): readonly Kill[] {
  const starting = fc.record({
    from: fc.constant('spawn' as const),
    milliseconds: fc.integer({ min: 200, max: 1_500 }),
  });
  const working = fc.record({
    from: fc.constant('running' as const),
    milliseconds: fc.integer({ min: 0, max: 1_000 }),
  });
  const kill = fc.oneof({ arbitrary: starting, weight: 1 }, { arbitrary: working, weight: 4 });
  return fc.sample(kill, { seed, numRuns: count });
}

/**
 * Each of `resources` is made; of the steps that are left, up to `count`, two thirds are edits and one third deletions,
 * each after what it needs. The same seed gives the same steps.
 */
export function planSteps(seed: number, resources: number, count: number): readonly Step[] {
  const edits = Math.round(((count - resources) * 2) / 3);
  const wanted = { make: resources, edit: edits, remove: count - resources - edits };
  const moments = fc.sample(fc.tuple(share, share, share), { seed, numRuns: resources });
  return moments
    .flatMap((shares, index) => stepsOf(index, shares).filter(({ step }) => index < wanted[step.does]))
    .toSorted((one, other) => one.at - other.at)
    .map(({ step }) => step);
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Each at a share of the time that is left after the one before. */
function stepsOf(index: number, [first, second, third]: readonly [number, number, number]) {
  const made = first;
  const edited = made + (1 - made) * second;
  const removed = edited + (1 - edited) * third;
  const kind = index % 5 < 3 ? 'MtlsGateway' : 'MtlsUpstream';
  const member: Member = { kind, name: `killed-${index}`, edited: false };
  return [
    { at: made, step: { does: 'make', member } satisfies Step },
    { at: edited, step: { does: 'edit', member: { ...member, edited: true } } satisfies Step },
    { at: removed, step: { does: 'remove', member } satisfies Step },
  ];
}
