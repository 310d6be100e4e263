import { readTree } from '../der-tree.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.1.2.4: "The issuer field MUST contain a non-empty distinguished name". Who has none cannot be found. */
export const issuerNamePresent: Rule = {
  reason: 'IssuerNameEmpty',
  clause: 'RFC 5280 4.1.2.4',
  check: ({ issuer }) =>
    readTree(issuer.nameDer).children.length === 0 ? 'The subject of the CA is empty' : undefined,
};
