import type { Rule } from './rule.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * RFC 5280 4.2.1.6: a dNSName has the "preferred name syntax" of RFC 1034 3.5 as RFC 1123 2.1 changed it, at most 253
 * characters, not empty. RFC 9525 6.3: a wildcard is the whole left-most label and stands before another one.
 */
export const hostnameSyntax: Rule = {
  reason: 'HostnameInvalid',
  clause: 'RFC 5280 4.2.1.6, RFC 9525 6.3',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'DNS' && !isHostname(value));
    return wrong && `${JSON.stringify(wrong.value)} is not a host name`;
  },
};

function isHostname(name: string): boolean {
  const labels = name.replace(/^\*\./, '').split('.');
  return name.length <= 253 && labels.every((part) => label.test(part));
}
