import type { Draft } from '../draft.ts';

/** One thing that a certificate must not be signed with. Rules do not rely on each other. */
export interface Rule {
  /** Reason of the finding. */
  readonly reason: string;
  /** Where it is written; part of the finding's message. */
  readonly clause: string;
  /** A sentence about the first violation, or undefined where the rule is kept. */
  readonly check: (draft: Draft) => string | undefined;
}
