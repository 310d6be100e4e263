import type { Draft } from '../draft.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.10: constraints hold for names of their type, those on directory names ([4]) for the subject. We
 * judge the ones on DNS names; what we cannot judge is refused, as the peer may be able to.
 */
export const constraintsJudged: Rule = {
  reason: 'ConstraintUnsupported',
  clause: 'RFC 5280 4.2.1.10, and stricter',
  check: (draft) => {
    const { permitted = [], excluded = [] } = draft.issuer.nameConstraints ?? {};
    const wrong = [...permitted, ...excluded].find(({ type }) => type !== 'DNS' && isUsed(type, draft));
    return wrong && `The CA has a constraint on names of the type ${wrong.type}, which is not supported`;
  },
};

function isUsed(type: string, { profile, subject, subjectAltNames }: Draft): boolean {
  if (profile === 'ca') return false;
  return type === 'other' ? subject.length > 0 : subjectAltNames.some((name) => name.type === type);
}
