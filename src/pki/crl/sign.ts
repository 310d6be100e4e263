import { signTbs } from '../issue/issue.ts';
import { toPem } from '../x509/pem.ts';
import type { LintedCrl } from './linted-crl.ts';

/** The list as PEM, signed byte for byte as it was linted. Throws where the key is not the one of the issuer in the draft. */
export async function signCrl(linted: LintedCrl, issuerKeyPem: string): Promise<string> {
  return toPem('X509 CRL', await signTbs(linted.tbsDer, linted.draft.issuer, issuerKeyPem));
}
