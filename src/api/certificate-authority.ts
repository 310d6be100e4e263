import * as z from 'zod';
import { caSubject } from './certificate-names.ts';
import { commonName, hostname, objectName } from './fields.ts';
import { caIssuance, caIssuanceRules } from './issuance.ts';
import { secretRef } from './references.ts';
import { setOf, withRules } from './rules.ts';

const generated = withRules(
  z.object({
    commonName: commonName()
      .default('mtls-operator CA')
      .describe('Common name of the CA; each generation of the CA has a serial number in its subject beside it.'),
    subject: caSubject().optional().describe('What the subject holds beside the common name.'),
    permittedDnsDomains: setOf(hostname())
      .min(1)
      .max(32)
      .optional()
      .describe(
        'Name constraints: DNS names that the CA may certify, and those below them. A change makes a new CA; clients then need a name of their own.',
      ),
    secretName: objectName()
      .optional()
      .describe(
        'Secret that holds the CA certificate and its key; by default the name of the resource followed by -ca.',
      ),
    ...caIssuance(),
  }),
  ...caIssuanceRules,
);

/** `spec.ca` of both kinds. */
export const ca = () =>
  withRules(
    z.object({
      generated: generated.optional().describe('A CA that the operator makes and keeps; either this or secretRef.'),
      secretRef: secretRef()
        .optional()
        .describe(
          'A CA of your own: tls.crt with its chain and tls.key to issue with, or ca.crt alone to trust; either this or generated.',
        ),
    }),
    {
      rule: 'has(self.generated) != has(self.secretRef)',
      message: 'exactly one of generated and secretRef must be set',
      holds: (ca) => (ca.generated === undefined) !== (ca.secretRef === undefined),
    },
  )
    .prefault({ generated: {} })
    .describe('The certificate authority that signs both sides.');
