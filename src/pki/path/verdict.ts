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
