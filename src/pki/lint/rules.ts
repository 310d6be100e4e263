import type { Finding } from '../../std/finding.ts';
import type { Draft } from '../issue/draft.ts';
import { altNameRules } from './alt-names.ts';
import { constraintRules } from './constraints.ts';
import { issuerRules } from './issuer.ts';
import { keyRules } from './keys.ts';
import { profileRules } from './profile.ts';
import { applyRules, type Rule } from './rule.ts';
import { subjectRules } from './subject.ts';
import { numberRules } from './validity.ts';

/** Ordered by what the user should hear first: what a spec can cause, then what only we can. */
export const rules: readonly Rule[] = [
  ...subjectRules,
  ...altNameRules,
  ...constraintRules,
  ...issuerRules,
  ...keyRules,
  ...numberRules,
  ...profileRules,
];

/** Every rule's finding; empty for a draft that may be signed. */
export function lint(draft: Draft): readonly Finding[] {
  return applyRules(rules, draft);
}
