import { type Condition, never } from './status.ts';

/**
 * Kubernetes API conventions: conditions; kstatus gives Ready, Reconciling and Stalled their meaning.
 * Ready-like types have positive polarity and are always present; Reconciling, Stalled, MaterialWarning and
 * Rotating exist only while true, Revoked only while something is revoked, and Authorized only with spec.authorization.
 */
export type ConditionType =
  | 'Ready'
  | 'Reconciling'
  | 'Stalled'
  | 'MaterialWarning'
  | 'Rotating'
  | 'CertificatesReady'
  | 'GatewaySynced'
  | 'NginxReady'
  | 'Revoked'
  | 'Authorized'
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
 * `lastTransitionTime` while its status stays, but not that of the schema's default; one without a draft is dropped.
 */
export function mergeConditions(
  seen: readonly Condition[],
  drafts: readonly ConditionDraft[],
  at: { readonly generation: number; readonly now: string },
): Condition[] {
  const written = seen.filter(({ lastTransitionTime }) => lastTransitionTime !== never);
  return drafts.map((draft) => {
    const before = written.find(({ type, status }) => type === draft.type && status === draft.status);
    const lastTransitionTime = before?.lastTransitionTime ?? at.now;
    return { ...draft, observedGeneration: at.generation, lastTransitionTime };
  });
}
