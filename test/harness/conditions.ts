import assert from 'node:assert/strict';
import type { Status } from '../../src/api/status.ts';

export interface Reported {
  readonly metadata: { readonly generation: number };
  readonly status?: Status;
}

/** The rules of kstatus and of the Kubernetes API conventions that every status must keep. */
export function assertConform({ metadata, status }: Reported): void {
  const conditions = status?.conditions ?? [];
  const isTrue = (type: string) =>
    conditions.some((condition) => condition.type === type && condition.status === 'True');
  assert.ok(
    conditions.some(({ type }) => type === 'Ready'),
    'Ready is always there',
  );
  assert.ok(!(isTrue('Ready') && isTrue('Stalled')), 'never Ready and Stalled');
  assert.ok(!(isTrue('Reconciling') && isTrue('Stalled')), 'never Reconciling and Stalled');
  assert.ok((status?.observedGeneration ?? 0) <= metadata.generation, 'no generation from the future');
  for (const condition of conditions) {
    assert.match(condition.reason, /^[A-Z][A-Za-z0-9]*$/, `reason of ${condition.type} is CamelCase`);
    assert.doesNotMatch(condition.message, /\.$/, `message of ${condition.type} has no final period`);
    assert.doesNotMatch(
      condition.message,
      /BEGIN [A-Z ]*KEY|a7ee-|x-api-key/i,
      `message of ${condition.type} holds no secret`,
    );
    assert.equal(condition.observedGeneration, status?.observedGeneration, `generation of ${condition.type}`);
  }
  for (const type of ['Reconciling', 'Stalled', 'MaterialWarning']) {
    assert.ok(
      conditions.every((c) => c.type !== type || c.status === 'True'),
      `${type} is there only while true`,
    );
  }
}
