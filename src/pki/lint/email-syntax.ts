import { isHostname } from '../hostname.ts';
import type { Rule } from './rule.ts';

/** RFC 5322 3.2.3, dot-atom. The quoted form is legal too and read differently by too many. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/**
 * RFC 5280 4.2.1.6: an rfc822Name is a bare Mailbox, `local@host`, without a phrase before and without `<>`; 7.5: the
 * host as A-labels. RFC 5321 4.5.3.1.1: at most 64 octets before the `@`. Other local parts need RFC 9598.
 */
export const emailSyntax: Rule = {
  reason: 'EmailInvalid',
  clause: 'RFC 5280 4.2.1.6, 7.5',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'email' && !isMailbox(value));
    return wrong && `${JSON.stringify(wrong.value)} is not a mail address of the form name@host in ASCII`;
  },
};

function isMailbox(value: string): boolean {
  const [local = '', host = '', ...rest] = value.split('@');
  return rest.length === 0 && local.length <= 64 && localPart.test(local) && isHostname(host);
}
