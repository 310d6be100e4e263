import { splitUri } from '../uri.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.6: "The name MUST NOT be a relative URI", and has a scheme and something after it, in ASCII (7.4). */
export const uriAbsolute: Rule = {
  reason: 'UriInvalid',
  clause: 'RFC 5280 4.2.1.6, RFC 3986',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && splitUri(value) === undefined);
    return wrong && `${JSON.stringify(wrong.value)} is not an absolute URI such as "spiffe://example.org/service"`;
  },
};
