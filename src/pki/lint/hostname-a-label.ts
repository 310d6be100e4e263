import { isALabel } from '../hostname.ts';
import type { Rule } from './rule.ts';

/** RFC 5890 2.3.2.1: what begins with `xn--` is the Punycode of a U-label, which some peers show or compare in its place. */
export const hostnameALabel: Rule = {
  reason: 'ALabelInvalid',
  clause: 'RFC 5280 7.2, RFC 5890 2.3.2.1',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'DNS' && value.split('.').some(isFalseALabel));
    return wrong && `${JSON.stringify(wrong.value)} has a label that begins with "xn--" and stands for no other`;
  },
};

function isFalseALabel(label: string): boolean {
  return /^xn--/i.test(label) && !isALabel(label);
}
