import { isALabel, isAscii, isHostname, toALabels } from '../names/hostname.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 7.2: a dNSName is an IA5String; internationalized names stand there in their ASCII form, as A-labels. */
const hostnameAscii: Rule = {
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

/**
 * RFC 5280 4.2.1.6: a dNSName has the "preferred name syntax" and is not empty. RFC 9525 6.3: a wildcard is the whole
 * left-most label and stands before another one. Of letters outside of ASCII another rule has more to say.
 */
const hostnameSyntax: Rule = {
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

/** RFC 5890 2.3.2.1: what begins with `xn--` is the Punycode of a U-label, which some peers show or compare in its place. */
const hostnameALabel: Rule = {
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

/**
 * RFC 5280 4.2.1.6: an address stands in an iPAddress; as a dNSName no verifier would find it. RFC 1123 2.1: the
 * last label of a host name is never a number, which tells `10.0.0.1` from a name.
 */
const hostnameNoAddress: Rule = {
  reason: 'AddressAsHostname',
  clause: 'RFC 5280 4.2.1.6, RFC 1123 2.1',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'DNS' && /(^|\.)\d+$/.test(value));
    return wrong && `${JSON.stringify(wrong.value)} is an IP address or ends like one, which a DNS name must not`;
  },
};

export const hostnameRules: readonly Rule[] = [hostnameAscii, hostnameSyntax, hostnameALabel, hostnameNoAddress];
