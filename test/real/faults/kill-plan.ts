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
  const moments = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed, numRuns: 3 * resources });
  const steps = Array.from({ length: resources }, (_, index) => {
    const [made = 0, edited = 0, removed = 0] = moments.slice(3 * index, 3 * index + 3);
    const later = made + (1 - made) * edited;
    return stepsOf(index, [made, later, later + (1 - later) * removed]);
  }).flat();
  const kept = steps.filter(({ step }) => step.does === 'make' || rank(step) < count - resources);
  return kept.toSorted((one, other) => one.at - other.at).map(({ step }) => step);

  function rank({ does, member }: Step): number {
    const index = Number(member.name.split('-').at(-1));
    const edits = Math.round(((count - resources) * 2) / 3);
    if (does === 'edit') return index < edits ? index : count;
    return index < count - resources - edits ? edits + index : count;
  }
}

function stepsOf(index: number, [made, edited, removed]: readonly [number, number, number]) {
  const kind = index % 5 < 3 ? 'MtlsGateway' : 'MtlsUpstream';
  const member: Member = { kind, name: `killed-${index}`, edited: false };
  return [
    { at: made, step: { does: 'make', member } satisfies Step },
    { at: edited, step: { does: 'edit', member: { ...member, edited: true } } satisfies Step },
    { at: removed, step: { does: 'remove', member } satisfies Step },
  ];
}
