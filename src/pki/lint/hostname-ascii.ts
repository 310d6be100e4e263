import { isAscii, toALabels } from '../hostname.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 7.2: a dNSName is an IA5String; internationalized names stand there in their ASCII form, as A-labels. */
export const hostnameAscii: Rule = {
  reason: 'HostnameNotAscii',
  clause: 'RFC 5280 7.2',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'DNS' && !isAscii(value));
    return wrong && describe(wrong.value);
  },
};

function describe(name: string): string {
  const ascii = toALabels(name);
  const quoted = JSON.stringify(name);
  return ascii === undefined
    ? `${quoted} has characters that no host name can have`
    : `${quoted} has letters outside of ASCII: write ${JSON.stringify(ascii)}`;
}
