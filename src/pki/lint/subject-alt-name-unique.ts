import type { Rule } from './rule.ts';

/** One name, once; RFC 4343: case does not tell DNS names apart. Certificates that list a name twice have confused peers. */
export const subjectAltNameUnique: Rule = {
  reason: 'SubjectAltNameDuplicate',
  clause: 'RFC 4343 2, and stricter than RFC 5280 4.2.1.6',
  check: ({ subjectAltNames }) => {
    const keys = subjectAltNames.map(({ type, value }) => `${type}:${type === 'DNS' ? value.toLowerCase() : value}`);
    const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
    return duplicate && `The subject alternative name ${duplicate} is there twice`;
  },
};
