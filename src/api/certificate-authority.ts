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
      .describe('Common name of the CA; the subject of each generation of the CA also has a serial number.'),
    subject: caSubject().optional().describe('Attributes of the subject in addition to the common name.'),
    permittedDnsDomains: setOf(hostname())
      .min(1)
      .max(32)
      .optional()
      .describe(
        'Name constraints: DNS names for which the CA may issue, and all names below them. A change makes a new CA; each client then needs a DNS name, IP address or URI of its own.',
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
      generated: generated
        .optional()
        .describe('A CA that the operator generates and renews; either this or secretRef.'),
      secretRef: secretRef()
        .optional()
        .describe(
          'A CA of your own: tls.crt with its chain and tls.key to issue certificates, or ca.crt alone to trust only; either this or generated.',
        ),
      whenReplaced: z
        .enum(['Rotate', 'ReplaceAtOnce'])
        .optional()
        .describe(
          'What happens when another CA that signs itself, with its key, is put into the Secret of secretRef. Rotate, the default: it follows the one before as a generated CA does, and the operator keeps the CA that signs, with its key, in the Secret named after the resource followed by -signing-ca. ReplaceAtOnce: it signs at once, clients of the one before are rejected, and no key is copied.',
        ),
    }),
    {
      rule: 'has(self.secretRef) || !has(self.whenReplaced)',
      message: 'whenReplaced is only for a CA of secretRef',
      holds: (ca) => ca.secretRef !== undefined || ca.whenReplaced === undefined,
    },
    {
      rule: 'has(self.generated) != has(self.secretRef)',
      message: 'exactly one of generated and secretRef must be set',
      holds: (ca) => (ca.generated === undefined) !== (ca.secretRef === undefined),
    },
  )
    .prefault({ generated: {} })
    .describe('The certificate authority that issues the certificates of both sides.');
