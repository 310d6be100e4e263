import type { Finding } from '../../../std/finding.ts';
import { type EncodedCertificate, readEncodedTbs } from '../../encoded-certificate.ts';
import { applyRules, type Rule } from '../rule.ts';
import { authorityKeyIdentifier } from './authority-key-identifier.ts';
import { extensionCriticality } from './extension-criticality.ts';
import { extensionUnique } from './extension-unique.ts';
import { setOrder } from './set-order.ts';
import { signatureDigest } from './signature-digest.ts';
import { subjectKeyIdentifier } from './subject-key-identifier.ts';
import { timeForm } from './time-form.ts';
import { versionThree } from './version-three.ts';

/**
 * What the bytes to sign must not show, whatever their draft says. Nothing that a spec can cause: a finding is a
 * defect of the encoder.
 */
export const encodedRules: readonly Rule<EncodedCertificate>[] = [
  versionThree,
  signatureDigest,
  timeForm,
  setOrder,
  extensionUnique,
  extensionCriticality,
  subjectKeyIdentifier,
  authorityKeyIdentifier,
];

/** Every rule's finding about a TBSCertificate that we encoded; empty for one that may be signed. */
export function lintEncoded(tbsDer: Uint8Array): readonly Finding[] {
  return applyRules(encodedRules, readEncodedTbs(tbsDer));
}
