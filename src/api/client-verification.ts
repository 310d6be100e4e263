import * as z from 'zod';
import { setOf, withForm, withRules } from './rules.ts';

/** `/healthz`, or `/public/*` for all below. Paths are compared decoded and without the query, so there is no `%` and no `?`. */
const exemptPath = withForm(
  z.string().max(256),
  /^\/[A-Za-z0-9._~!$&'()+,;=:@/-]*\*?$/,
  "must be a path, like /healthz, or like /public/* for all below: letters, digits and . _ ~ ! $ & ' ( ) + , ; = : @ / -",
);

/** How a gateway verifies clients, beyond whom it trusts. */
export const clientVerification = () =>
  withRules(
    z.object({
      depth: z
        .int()
        .min(0)
        .max(8)
        .optional()
        .describe(
          'How many intermediate certificates may stand between a client certificate and a trusted root; by default 1. API7 Enterprise 3.6 or newer has no such setting.',
        ),
      exemptPaths: setOf(exemptPath)
        .max(16)
        .default([])
        .describe(
          'Paths that need no client certificate, exact or with * at the end. If set, a request without one to any other path is rejected with HTTP 400, no longer in the handshake. Apache APISIX only.',
        ),
    }),
    {
      rule: "!has(self.exemptPaths) || self.exemptPaths.all(p, p != '/*')",
      message: 'must not be /*, which would exempt every path',
      field: 'exemptPaths',
      holds: ({ exemptPaths }) => !exemptPaths.includes('/*'),
    },
  );

/** Whether the exempt path covers that one, as `exemptPattern` does at the gateway. */
export function exempts(exempt: string, path: string): boolean {
  return exempt.endsWith('*') ? path.startsWith(exempt.slice(0, -1)) : path === exempt;
}
