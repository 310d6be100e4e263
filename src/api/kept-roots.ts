import * as z from 'zod';
import { timestamp } from './fields.ts';

/** At most as many are shown; the rest is counted. */
export const keptRootsAtMost = 16;

/** `status.keptRoots` of both kinds; there only while something is kept. */
export const keptRoot = z.object({
  list: z.enum(['clientTrust', 'serverTrust']).describe('The list of the spec of which no bundle has it any more.'),
  subject: z.string().describe('Its subject, as openssl x509 -nameopt rfc2253 writes it.'),
  sha256Fingerprint: z.string().describe('SHA-256 of the certificate, lower-case hexadecimal.'),
  since: timestamp().describe('Since when no bundle has it.'),
  notAfter: timestamp().describe('Last second of its validity; it is trusted until then at most.'),
  waitsFor: z.string().describe('What it waits for, as the end of a sentence.'),
});

export type KeptRootStatus = z.output<typeof keptRoot>;
