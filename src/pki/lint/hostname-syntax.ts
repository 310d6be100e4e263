import { isAscii, isHostname } from '../hostname.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.6: a dNSName has the "preferred name syntax" and is not empty. RFC 9525 6.3: a wildcard is the whole
 * left-most label and stands before another one. Of letters outside of ASCII another rule has more to say.
 */
export const hostnameSyntax: Rule = {
  reason: 'HostnameInvalid',
  clause: 'RFC 5280 4.2.1.6, RFC 9525 6.3',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'DNS' && isAscii(value) && !isServable(value));
    return wrong && `${JSON.stringify(wrong.value)} is not a host name`;
  },
};

function isServable(name: string): boolean {
  return name.length <= 253 && isHostname(name.replace(/^\*\./, ''));
}
