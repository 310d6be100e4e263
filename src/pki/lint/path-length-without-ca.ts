import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.9: "CAs MUST NOT include the pathLenConstraint field unless the cA boolean is asserted". */
export const pathLengthWithoutCa: Rule = {
  reason: 'PathLengthWithoutCa',
  clause: 'RFC 5280 4.2.1.9',
  check: ({ profile, basicConstraints }) =>
    profile !== 'ca' && basicConstraints.pathLength !== undefined ? 'A leaf must not have a path length' : undefined,
};
