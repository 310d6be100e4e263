import type { Finding } from '../../std/finding.ts';

/** What was found in material that a person brought along. */
export interface Verdict extends Finding {
  /** `hard`: it cannot work, so nothing goes on. `soft`: it works with the TLS stacks at hand, and a person should know. */
  readonly severity: 'hard' | 'soft';
}

export function hard({ reason, message }: Finding): Verdict {
  return { severity: 'hard', reason, message };
}

export function soft(reason: string, message: string): Verdict {
  return { severity: 'soft', reason, message };
}

/** The first of each; a reason that is hard once is not soft again. */
export function oncePerReason(verdicts: readonly Verdict[]): readonly Verdict[] {
  const ordered = [...verdicts.filter(({ severity }) => severity === 'hard'), ...verdicts];
  return ordered.filter(({ reason }, index) => ordered.findIndex((other) => other.reason === reason) === index);
}
