import assert from 'node:assert/strict';
import { type ConditionDraft, mergeConditions } from '../../src/api/conditions.ts';
import { type Condition, never, status } from '../../src/api/status.ts';

const earlier = '2026-01-01T00:00:00Z';
const now = '2026-02-02T00:00:00Z';

const draft: ConditionDraft = { type: 'Ready', status: 'True', reason: 'Ready', message: 'All is as the spec asks' };
const seen = (change: Partial<Condition>): Condition => ({
  ...draft,
  observedGeneration: 1,
  lastTransitionTime: earlier,
  ...change,
});
const merge = (before: readonly Condition[], ...drafts: readonly ConditionDraft[]) =>
  mergeConditions(before, drafts, { generation: 2, now });

describe('the conditions to store', () => {
  for (const { name, before, lastTransitionTime } of [
    { name: 'a condition that was not there', before: [], lastTransitionTime: now },
    { name: 'a condition whose status changed', before: [seen({ status: 'False' })], lastTransitionTime: now },
    { name: 'a condition of another reason', before: [seen({ reason: 'Other' })], lastTransitionTime: earlier },
    { name: 'another condition of the same status', before: [seen({ type: 'Enforced' })], lastTransitionTime: now },
    { name: 'a default of the schema', before: [seen({ lastTransitionTime: never })], lastTransitionTime: now },
  ]) {
    it(`date ${name} ${lastTransitionTime === now ? 'anew' : 'as before'}`, () =>
      assert.deepEqual(merge(before, draft), [{ ...draft, observedGeneration: 2, lastTransitionTime }]));
  }

  it('are those of the drafts alone, in their order', () => {
    const enforced: ConditionDraft = { ...draft, type: 'Enforced' };
    const merged = merge([seen({ type: 'Reconciling' }), seen({}), seen({ type: 'Enforced' })], enforced, draft);
    assert.deepEqual(
      merged.map(({ type }) => type),
      ['Enforced', 'Ready'],
    );
  });
});

describe('a resource that the operator has not seen', () => {
  const unseen = status.parse(undefined);
  const conditions = unseen.conditions ?? [];

  it('counts as in progress, and no generation as observed', () => {
    assert.deepEqual(Object.keys(unseen), ['conditions']);
    assert.deepEqual(
      conditions.map((condition) => [condition.type, condition.status, condition.observedGeneration]),
      [
        ['Ready', 'Unknown', undefined],
        ['Reconciling', 'True', undefined],
      ],
    );
  });

  it('has a status that its own schema takes', () => assert.deepEqual(status.parse(unseen), unseen));

  it('lends its date to no condition that the operator writes', () => {
    const reconciling: ConditionDraft = { ...draft, type: 'Reconciling' };
    assert.deepEqual(
      merge(conditions, reconciling).map(({ lastTransitionTime }) => lastTransitionTime),
      [now],
    );
  });
});
