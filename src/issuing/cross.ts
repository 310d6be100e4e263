import { draftCross } from '../pki/issue/draft.ts';
import { issue as sign } from '../pki/issue/issue.ts';
import { randomSerialNumber } from '../pki/issue/serial-number.ts';
import { LintedDraft } from '../pki/lint/linted-draft.ts';
import type { HeldCertificate } from '../plan/certificates/held.ts';
import type { Issuing } from './issue.ts';

/**
 * The key of the CA, certified by the issuer. Empty where nobody would accept it: below a path length of 0, where the two
 * are never valid at one time, or where the lint objects, as for a subject that is not ours.
 */
export async function crossCertify(
  { facts: ca }: HeldCertificate,
  issuer: HeldCertificate,
  { randomBytes }: Pick<Issuing, 'randomBytes'>,
): Promise<string> {
  if (issuer.facts.basicConstraints?.pathLength === 0) return '';
  const draft = draftCross({ ca, issuer: issuer.facts, serialNumber: randomSerialNumber(randomBytes) });
  const linted = draft && LintedDraft.check(draft);
  return linted instanceof LintedDraft ? (await sign(linted, issuer.keyPem)).certificatePem : '';
}
