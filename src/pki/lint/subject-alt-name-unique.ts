import { comparableName } from '../subject-alt-name.ts';
import type { Rule } from './rule.ts';

/** One name, once, whatever its spelling. Certificates that list a name twice have confused peers. */
export const subjectAltNameUnique: Rule = {
  reason: 'SubjectAltNameDuplicate',
  clause: 'RFC 4343 2, and stricter than RFC 5280 4.2.1.6',
  check: ({ subjectAltNames }) => {
    const names = subjectAltNames.map(comparableName);
    const duplicate = names.find((name, index) => names.indexOf(name) !== index);
    return duplicate && `The subject alternative name ${duplicate} is there twice`;
  },
};
