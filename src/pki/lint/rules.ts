import type { Finding } from '../../std/finding.ts';
import type { Draft } from '../draft.ts';
import { addressSyntax } from './address-syntax.ts';
import { caGeneration } from './ca-generation.ts';
import { caIsCa } from './ca-is-ca.ts';
import { commonNameInNames } from './common-name-in-names.ts';
import { constraintsJudged } from './constraints-judged.ts';
import { countryCode } from './country-code.ts';
import { emailSyntax } from './email-syntax.ts';
import { extendedKeyUsage } from './extended-key-usage.ts';
import { hostnameALabel } from './hostname-a-label.ts';
import { hostnameAscii } from './hostname-ascii.ts';
import { hostnameNoAddress } from './hostname-no-address.ts';
import { hostnameSyntax } from './hostname-syntax.ts';
import { hostnameWithinConstraints } from './hostname-within-constraints.ts';
import { issuerIsCa } from './issuer-is-ca.ts';
import { issuerKeyStrength } from './issuer-key-strength.ts';
import { issuerNamePresent } from './issuer-name-present.ts';
import { keyStrength } from './key-strength.ts';
import { keyUsageOfLeaf } from './key-usage-of-leaf.ts';
import { leafIsNoCa } from './leaf-is-no-ca.ts';
import { nameConstraintSyntax } from './name-constraint-syntax.ts';
import { noKeyEnciphermentWithEc } from './no-key-encipherment-with-ec.ts';
import { pathLengthWithoutCa } from './path-length-without-ca.ts';
import { rsaExponent } from './rsa-exponent.ts';
import { applyRules, type Rule } from './rule.ts';
import { serialNumber } from './serial-number.ts';
import { signingUsageWithoutCa } from './signing-usage-without-ca.ts';
import { spiffeId } from './spiffe-id.ts';
import { spiffeIdAlone } from './spiffe-id-alone.ts';
import { subjectAltNamePresent } from './subject-alt-name-present.ts';
import { subjectAltNameUnique } from './subject-alt-name-unique.ts';
import { subjectAttributeLength } from './subject-attribute-length.ts';
import { subjectCharacters } from './subject-characters.ts';
import { subjectNotIssuers } from './subject-not-issuers.ts';
import { subjectSerialNumber } from './subject-serial-number.ts';
import { uriAbsolute } from './uri-absolute.ts';
import { uriHost } from './uri-host.ts';
import { uriHostUnderConstraints } from './uri-host-under-constraints.ts';
import { validityOrder } from './validity-order.ts';
import { validityWholeSeconds } from './validity-whole-seconds.ts';
import { validityWithinIssuer } from './validity-within-issuer.ts';

/** Ordered by what the user should hear first: what a spec can cause, then what only we can. */
export const rules: readonly Rule[] = [
  subjectAttributeLength,
  subjectCharacters,
  countryCode,
  subjectSerialNumber,
  subjectAltNamePresent,
  hostnameAscii,
  hostnameSyntax,
  hostnameALabel,
  hostnameNoAddress,
  addressSyntax,
  emailSyntax,
  uriAbsolute,
  uriHost,
  spiffeId,
  spiffeIdAlone,
  subjectAltNameUnique,
  commonNameInNames,
  nameConstraintSyntax,
  hostnameWithinConstraints,
  constraintsJudged,
  uriHostUnderConstraints,
  subjectNotIssuers,
  issuerNamePresent,
  issuerIsCa,
  issuerKeyStrength,
  keyStrength,
  rsaExponent,
  validityOrder,
  validityWithinIssuer,
  validityWholeSeconds,
  serialNumber,
  caGeneration,
  caIsCa,
  leafIsNoCa,
  pathLengthWithoutCa,
  signingUsageWithoutCa,
  keyUsageOfLeaf,
  noKeyEnciphermentWithEc,
  extendedKeyUsage,
];

/** Every rule's finding; empty for a draft that may be signed. */
export function lint(draft: Draft): readonly Finding[] {
  return applyRules(rules, draft);
}
