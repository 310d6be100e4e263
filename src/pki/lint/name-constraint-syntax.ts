import { isHostname } from '../hostname.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.10: a DNS constraint is a host name, to which labels may be added: no wildcard, no leading dot. */
export const nameConstraintSyntax: Rule = {
  reason: 'NameConstraintInvalid',
  clause: 'RFC 5280 4.2.1.10',
  check: (draft) => {
    const wrong = draft.profile === 'ca' ? draft.permittedDnsSubtrees.find((name) => !isHostname(name)) : undefined;
    return wrong === undefined ? undefined : `The name constraint ${JSON.stringify(wrong)} is not a host name`;
  },
};
