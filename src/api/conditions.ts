import type { Condition } from './status.ts';

/**
 * Kubernetes API conventions: conditions; kstatus gives Ready, Reconciling and Stalled their meaning.
 * Ready-like types have positive polarity and are always present; Reconciling and Stalled exist only while true.
 */
export type ConditionType =
  | 'Ready'
  | 'Reconciling'
  | 'Stalled'
  | 'CertificatesReady'
  | 'GatewaySynced'
  | 'NginxReady'
  | 'Enforced';

export interface ConditionDraft {
  readonly type: ConditionType;
  readonly status: Condition['status'];
  readonly reason: string;
  /** A sentence without a trailing period, a time or a counter: it must not move while nothing changes. */
  readonly message: string;
}

/**
 * The conditions to store: the drafts, in their order, each with the generation it speaks of. A condition keeps its
 * `lastTransitionTime` while its status stays; one without a draft is dropped.
 */
export function mergeConditions(
  seen: readonly Condition[],
  drafts: readonly ConditionDraft[],
  at: { readonly generation: number; readonly now: string },
): Condition[] {
  return drafts.map((draft) => {
    const before = seen.find(({ type }) => type === draft.type);
    const lastTransitionTime = before?.status === draft.status ? before.lastTransitionTime : at.now;
    return { ...draft, observedGeneration: at.generation, lastTransitionTime };
  });
}

export function isTrue(conditions: readonly Condition[] | undefined, type: ConditionType): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
