import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.12. We are stricter: a leaf is for one direction only, since a server certificate that is also a
 * client's lets every server pass as a client. A CA has none: there it would restrict what it may sign.
 */
export const extendedKeyUsage: Rule = {
  reason: 'ExtendedKeyUsageNotOne',
  clause: 'RFC 5280 4.2.1.12, and stricter',
  check: ({ profile, extendedKeyUsage: purposes }) => {
    const wanted = { ca: '', server: 'serverAuth', client: 'clientAuth' }[profile];
    return purposes.join() === wanted
      ? undefined
      : `The extended key usage of a ${profile} certificate must be ${wanted || 'absent'}`;
  },
};
