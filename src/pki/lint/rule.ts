import type { Finding } from '../../std/finding.ts';
import type { Draft } from '../issue/draft.ts';

/** One thing that a certificate must not be signed with, seen in its draft. Rules do not rely on each other. */
export interface Rule<Judged = Draft> {
  /** Reason of the finding. */
  readonly reason: string;
  /** Where it is written; part of the finding's message. */
  readonly clause: string;
  /** A sentence about the first violation, or undefined where the rule is kept. */
  readonly check: (judged: Judged) => string | undefined;
}

/** Every rule's finding, in the order of the rules. */
export function applyRules<Judged>(rules: readonly Rule<Judged>[], judged: Judged): readonly Finding[] {
  return rules.flatMap(({ reason, clause, check }) => {
    const sentence = check(judged);
    return sentence === undefined ? [] : [{ reason, message: `${sentence} (${clause})` }];
  });
}
