/**
 * What NIST's Public Key Interoperability Test Suite (PKITS 1.0.1, section 4) expects of a path, test by test: each row
 * has the certificates below the trust anchor in the order of the document, and its last word ends in the number of the
 * test. A test of several parts has one row, with what it expects under the settings that it begins with.
 */
export interface PkitsSection {
  readonly number: string;
  readonly title: string;
  /** One of these is to be among the reasons of each refusal. */
  readonly because: readonly string[];
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
  /** Valid for NIST and refused by us: keys of DSA, and policies that a certificate requires, maps or inhibits. */
  readonly unsupported?: readonly string[];
}

/** Tests that fail only where certificate revocation lists are worked out, which nothing here does. */
export const dependentOnRevocation: Readonly<Record<string, string>> = {
  '4.4': 'all 21: Basic Certificate Revocation Tests',
  '4.5': '2, 5 and 7',
  '4.7': '4 and 5',
  '4.14': 'all 35: Distribution Points',
  '4.15': 'all 10: Delta-CRLs',
};

/** Tests that ask for a policy of the caller's, which is not among our inputs. */
export const dependentOnPolicyInputs: Readonly<Record<string, string>> = {
  '4.8': '1 as a whole, the later parts of 2, 3, 6, 10, 11, 13, 14 and 18',
  '4.10': 'the later parts of 1, 2, 3, 5, 6 and 12',
  '4.12': 'the second part of 3',
};

export const sections: readonly PkitsSection[] = [
  {
    number: '4.1',
    title: 'Signature Verification',
    because: ['SignatureWrong'],
    valid: ['GoodCACert ValidCertificatePathTest1EE'],
    invalid: [
      'BadSignedCACert InvalidCASignatureTest2EE',
      'GoodCACert InvalidEESignatureTest3EE',
      'DSACACert InvalidDSASignatureTest6EE',
    ],
    unsupported: [
      'DSACACert ValidDSASignaturesTest4EE',
      'DSACACert DSAParametersInheritedCACert ValidDSAParameterInheritanceTest5EE',
    ],
  },
  {
    number: '4.2',
    title: 'Validity Periods',
    because: ['CertificateNotYetValid', 'CertificateExpired'],
    valid: [
      'GoodCACert Validpre2000UTCnotBeforeDateTest3EE',
      'GoodCACert ValidGeneralizedTimenotBeforeDateTest4EE',
      'GoodCACert ValidGeneralizedTimenotAfterDateTest8EE',
    ],
    invalid: [
      'BadnotBeforeDateCACert InvalidCAnotBeforeDateTest1EE',
      'GoodCACert InvalidEEnotBeforeDateTest2EE',
      'BadnotAfterDateCACert InvalidCAnotAfterDateTest5EE',
      'GoodCACert InvalidEEnotAfterDateTest6EE',
      'GoodCACert Invalidpre2000UTCEEnotAfterDateTest7EE',
    ],
  },
  {
    number: '4.3',
    title: 'Verifying Name Chaining',
    because: ['ChainIncomplete'],
    valid: [
      'GoodCACert ValidNameChainingWhitespaceTest3EE',
      'GoodCACert ValidNameChainingWhitespaceTest4EE',
      'GoodCACert ValidNameChainingCapitalizationTest5EE',
      'UIDCACert ValidNameUIDsTest6EE',
      'RFC3280MandatoryAttributeTypesCACert ValidRFC3280MandatoryAttributeTypesTest7EE',
      'RFC3280OptionalAttributeTypesCACert ValidRFC3280OptionalAttributeTypesTest8EE',
      'UTF8StringEncodedNamesCACert ValidUTF8StringEncodedNamesTest9EE',
      'RolloverfromPrintableStringtoUTF8StringCACert ValidRolloverfromPrintableStringtoUTF8StringTest10EE',
      'UTF8StringCaseInsensitiveMatchCACert ValidUTF8StringCaseInsensitiveMatchTest11EE',
    ],
    invalid: ['GoodCACert InvalidNameChainingTest1EE', 'NameOrderingCACert InvalidNameChainingOrderTest2EE'],
  },
  {
    number: '4.5',
    title: 'Verifying Paths with Self-Issued Certificates',
    because: ['NotACa', 'KeyUsageWrong'],
    valid: [
      'BasicSelfIssuedNewKeyCACert BasicSelfIssuedNewKeyOldWithNewCACert ValidBasicSelfIssuedOldWithNewTest1EE',
      'BasicSelfIssuedOldKeyCACert BasicSelfIssuedOldKeyNewWithOldCACert ValidBasicSelfIssuedNewWithOldTest3EE',
      'BasicSelfIssuedOldKeyCACert ValidBasicSelfIssuedNewWithOldTest4EE',
      'BasicSelfIssuedCRLSigningKeyCACert ValidBasicSelfIssuedCRLSigningKeyTest6EE',
    ],
    invalid: [
      'BasicSelfIssuedCRLSigningKeyCACert BasicSelfIssuedCRLSigningKeyCRLCert InvalidBasicSelfIssuedCRLSigningKeyTest8EE',
    ],
  },
  {
    number: '4.6',
    title: 'Verifying Basic Constraints',
    because: ['NotACa', 'PathLengthExceeded'],
    valid: [
      'basicConstraintsNotCriticalCACert ValidbasicConstraintsNotCriticalTest4EE',
      'pathLenConstraint0CACert ValidpathLenConstraintTest7EE',
      'pathLenConstraint0CACert ValidpathLenConstraintTest8EE',
      'pathLenConstraint6CACert pathLenConstraint6subCA4Cert pathLenConstraint6subsubCA41Cert pathLenConstraint6subsubsubCA41XCert ValidpathLenConstraintTest13EE',
      'pathLenConstraint6CACert pathLenConstraint6subCA4Cert pathLenConstraint6subsubCA41Cert pathLenConstraint6subsubsubCA41XCert ValidpathLenConstraintTest14EE',
      'pathLenConstraint0CACert pathLenConstraint0SelfIssuedCACert ValidSelfIssuedpathLenConstraintTest15EE',
      'pathLenConstraint1CACert pathLenConstraint1SelfIssuedCACert pathLenConstraint1subCACert pathLenConstraint1SelfIssuedsubCACert ValidSelfIssuedpathLenConstraintTest17EE',
    ],
    invalid: [
      'MissingbasicConstraintsCACert InvalidMissingbasicConstraintsTest1EE',
      'basicConstraintsCriticalcAFalseCACert InvalidcAFalseTest2EE',
      'basicConstraintsNotCriticalcAFalseCACert InvalidcAFalseTest3EE',
      'pathLenConstraint0CACert pathLenConstraint0subCACert InvalidpathLenConstraintTest5EE',
      'pathLenConstraint0CACert pathLenConstraint0subCACert InvalidpathLenConstraintTest6EE',
      'pathLenConstraint6CACert pathLenConstraint6subCA0Cert pathLenConstraint6subsubCA00Cert InvalidpathLenConstraintTest9EE',
      'pathLenConstraint6CACert pathLenConstraint6subCA0Cert pathLenConstraint6subsubCA00Cert InvalidpathLenConstraintTest10EE',
      'pathLenConstraint6CACert pathLenConstraint6subCA1Cert pathLenConstraint6subsubCA11Cert pathLenConstraint6subsubsubCA11XCert InvalidpathLenConstraintTest11EE',
      'pathLenConstraint6CACert pathLenConstraint6subCA1Cert pathLenConstraint6subsubCA11Cert pathLenConstraint6subsubsubCA11XCert InvalidpathLenConstraintTest12EE',
      'pathLenConstraint0CACert pathLenConstraint0SelfIssuedCACert pathLenConstraint0subCA2Cert InvalidSelfIssuedpathLenConstraintTest16EE',
    ],
  },
  {
    number: '4.7',
    title: 'Key Usage',
    because: ['KeyUsageWrong'],
    valid: ['keyUsageNotCriticalCACert ValidkeyUsageNotCriticalTest3EE'],
    invalid: [
      'keyUsageCriticalkeyCertSignFalseCACert InvalidkeyUsageCriticalkeyCertSignFalseTest1EE',
      'keyUsageNotCriticalkeyCertSignFalseCACert InvalidkeyUsageNotCriticalkeyCertSignFalseTest2EE',
    ],
  },
  {
    number: '4.8',
    title: 'Certificate Policies',
    because: ['ExtensionUnsupported'],
    valid: [
      'NoPoliciesCACert AllCertificatesNoPoliciesTest2EE',
      'GoodCACert PoliciesP2subCACert DifferentPoliciesTest3EE',
      'UserNoticeQualifierTest15EE',
      'GoodCACert UserNoticeQualifierTest16EE',
      'GoodCACert UserNoticeQualifierTest17EE',
      'UserNoticeQualifierTest19EE',
      'GoodCACert CPSPointerQualifierTest20EE',
    ],
    invalid: [
      'GoodCACert GoodsubCACert DifferentPoliciesTest4EE',
      'GoodCACert PoliciesP2subCA2Cert DifferentPoliciesTest5EE',
      'PoliciesP123CACert PoliciesP123subCAP12Cert PoliciesP123subsubCAP12P1Cert DifferentPoliciesTest7EE',
      'PoliciesP12CACert PoliciesP12subCAP1Cert PoliciesP12subsubCAP1P2Cert DifferentPoliciesTest8EE',
      'PoliciesP123CACert PoliciesP123subCAP12Cert PoliciesP123subsubCAP12P2Cert PoliciesP123subsubsubCAP12P2P1Cert DifferentPoliciesTest9EE',
      'PoliciesP3CACert DifferentPoliciesTest12EE',
    ],
    unsupported: [
      'PoliciesP1234CACert PoliciesP1234subCAP123Cert PoliciesP1234subsubCAP123P12Cert OverlappingPoliciesTest6EE',
      'PoliciesP12CACert AllCertificatesSamePoliciesTest10EE',
      'anyPolicyCACert AllCertificatesanyPolicyTest11EE',
      'PoliciesP123CACert AllCertificatesSamePoliciesTest13EE',
      'anyPolicyCACert AnyPolicyTest14EE',
      'PoliciesP12CACert UserNoticeQualifierTest18EE',
    ],
  },
  {
    number: '4.9',
    title: 'Require Explicit Policy',
    because: ['ExtensionUnsupported'],
    valid: [],
    invalid: [
      'requireExplicitPolicy4CACert requireExplicitPolicy4subCACert requireExplicitPolicy4subsubCACert requireExplicitPolicy4subsubsubCACert InvalidrequireExplicitPolicyTest3EE',
      'requireExplicitPolicy7CACert requireExplicitPolicy7subCARE2Cert requireExplicitPolicy7subsubCARE2RE4Cert requireExplicitPolicy7subsubsubCARE2RE4Cert InvalidrequireExplicitPolicyTest5EE',
      'requireExplicitPolicy2CACert requireExplicitPolicy2SelfIssuedCACert requireExplicitPolicy2subCACert InvalidSelfIssuedrequireExplicitPolicyTest7EE',
      'requireExplicitPolicy2CACert requireExplicitPolicy2SelfIssuedCACert requireExplicitPolicy2subCACert requireExplicitPolicy2SelfIssuedsubCACert InvalidSelfIssuedrequireExplicitPolicyTest8EE',
    ],
    unsupported: [
      'requireExplicitPolicy10CACert requireExplicitPolicy10subCACert requireExplicitPolicy10subsubCACert requireExplicitPolicy10subsubsubCACert ValidrequireExplicitPolicyTest1EE',
      'requireExplicitPolicy5CACert requireExplicitPolicy5subCACert requireExplicitPolicy5subsubCACert requireExplicitPolicy5subsubsubCACert ValidrequireExplicitPolicyTest2EE',
      'requireExplicitPolicy0CACert requireExplicitPolicy0subCACert requireExplicitPolicy0subsubCACert requireExplicitPolicy0subsubsubCACert ValidrequireExplicitPolicyTest4EE',
      'requireExplicitPolicy2CACert requireExplicitPolicy2SelfIssuedCACert ValidSelfIssuedrequireExplicitPolicyTest6EE',
    ],
  },
  {
    number: '4.10',
    title: 'Policy Mappings',
    because: ['ExtensionUnsupported'],
    valid: [],
    invalid: [
      'Mapping1to2CACert InvalidPolicyMappingTest2EE',
      'P12Mapping1to3CACert P12Mapping1to3subCACert P12Mapping1to3subsubCACert InvalidPolicyMappingTest4EE',
      'MappingFromanyPolicyCACert InvalidMappingFromanyPolicyTest7EE',
      'MappingToanyPolicyCACert InvalidMappingToanyPolicyTest8EE',
      'GoodCACert GoodsubCAPanyPolicyMapping1to2CACert InvalidPolicyMappingTest10EE',
    ],
    unsupported: [
      'Mapping1to2CACert ValidPolicyMappingTest1EE',
      'P12Mapping1to3CACert P12Mapping1to3subCACert P12Mapping1to3subsubCACert ValidPolicyMappingTest3EE',
      'P1Mapping1to234CACert P1Mapping1to234subCACert ValidPolicyMappingTest5EE',
      'P1Mapping1to234CACert P1Mapping1to234subCACert ValidPolicyMappingTest6EE',
      'PanyPolicyMapping1to2CACert ValidPolicyMappingTest9EE',
      'GoodCACert GoodsubCAPanyPolicyMapping1to2CACert ValidPolicyMappingTest11EE',
      'P12Mapping1to3CACert ValidPolicyMappingTest12EE',
      'P1anyPolicyMapping1to2CACert ValidPolicyMappingTest13EE',
      'P1anyPolicyMapping1to2CACert ValidPolicyMappingTest14EE',
    ],
  },
  {
    number: '4.11',
    title: 'Inhibit Policy Mapping',
    because: ['ExtensionUnsupported'],
    valid: [],
    invalid: [
      'inhibitPolicyMapping0CACert inhibitPolicyMapping0subCACert InvalidinhibitPolicyMappingTest1EE',
      'inhibitPolicyMapping1P12CACert inhibitPolicyMapping1P12subCACert inhibitPolicyMapping1P12subsubCACert InvalidinhibitPolicyMappingTest3EE',
      'inhibitPolicyMapping5CACert inhibitPolicyMapping5subCACert inhibitPolicyMapping5subsubCACert inhibitPolicyMapping5subsubsubCACert InvalidinhibitPolicyMappingTest5EE',
      'inhibitPolicyMapping1P12CACert inhibitPolicyMapping1P12subCAIPM5Cert inhibitPolicyMapping1P12subsubCAIPM5Cert InvalidinhibitPolicyMappingTest6EE',
      'inhibitPolicyMapping1P1CACert inhibitPolicyMapping1P1SelfIssuedCACert inhibitPolicyMapping1P1subCACert inhibitPolicyMapping1P1subsubCACert InvalidSelfIssuedinhibitPolicyMappingTest8EE',
      'inhibitPolicyMapping1P1CACert inhibitPolicyMapping1P1SelfIssuedCACert inhibitPolicyMapping1P1subCACert inhibitPolicyMapping1P1subsubCACert InvalidSelfIssuedinhibitPolicyMappingTest9EE',
      'inhibitPolicyMapping1P1CACert inhibitPolicyMapping1P1SelfIssuedCACert inhibitPolicyMapping1P1subCACert inhibitPolicyMapping1P1SelfIssuedsubCACert InvalidSelfIssuedinhibitPolicyMappingTest10EE',
      'inhibitPolicyMapping1P1CACert inhibitPolicyMapping1P1SelfIssuedCACert inhibitPolicyMapping1P1subCACert inhibitPolicyMapping1P1SelfIssuedsubCACert InvalidSelfIssuedinhibitPolicyMappingTest11EE',
    ],
    unsupported: [
      'inhibitPolicyMapping1P12CACert inhibitPolicyMapping1P12subCACert ValidinhibitPolicyMappingTest2EE',
      'inhibitPolicyMapping1P12CACert inhibitPolicyMapping1P12subCACert inhibitPolicyMapping1P12subsubCACert ValidinhibitPolicyMappingTest4EE',
      'inhibitPolicyMapping1P1CACert inhibitPolicyMapping1P1SelfIssuedCACert inhibitPolicyMapping1P1subCACert ValidSelfIssuedinhibitPolicyMappingTest7EE',
    ],
  },
  {
    number: '4.12',
    title: 'Inhibit Any Policy',
    because: ['ExtensionUnsupported'],
    valid: [],
    invalid: [
      'inhibitAnyPolicy0CACert InvalidinhibitAnyPolicyTest1EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1subCA1Cert InvalidinhibitAnyPolicyTest4EE',
      'inhibitAnyPolicy5CACert inhibitAnyPolicy5subCACert inhibitAnyPolicy5subsubCACert InvalidinhibitAnyPolicyTest5EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1subCAIAP5Cert InvalidinhibitAnyPolicyTest6EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1SelfIssuedCACert inhibitAnyPolicy1subCA2Cert inhibitAnyPolicy1subsubCA2Cert InvalidSelfIssuedinhibitAnyPolicyTest8EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1SelfIssuedCACert inhibitAnyPolicy1subCA2Cert InvalidSelfIssuedinhibitAnyPolicyTest10EE',
    ],
    unsupported: [
      'inhibitAnyPolicy0CACert ValidinhibitAnyPolicyTest2EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1subCA1Cert inhibitAnyPolicyTest3EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1SelfIssuedCACert inhibitAnyPolicy1subCA2Cert ValidSelfIssuedinhibitAnyPolicyTest7EE',
      'inhibitAnyPolicy1CACert inhibitAnyPolicy1SelfIssuedCACert inhibitAnyPolicy1subCA2Cert inhibitAnyPolicy1SelfIssuedsubCA2Cert ValidSelfIssuedinhibitAnyPolicyTest9EE',
    ],
  },
  {
    number: '4.13',
    title: 'Name Constraints',
    because: ['NameNotPermitted'],
    valid: [
      'nameConstraintsDN1CACert ValidDNnameConstraintsTest1EE',
      'nameConstraintsDN1CACert ValidDNnameConstraintsTest4EE',
      'nameConstraintsDN2CACert ValidDNnameConstraintsTest5EE',
      'nameConstraintsDN3CACert ValidDNnameConstraintsTest6EE',
      'nameConstraintsDN5CACert ValidDNnameConstraintsTest11EE',
      'nameConstraintsDN1CACert nameConstraintsDN1subCA2Cert ValidDNnameConstraintsTest14EE',
      'nameConstraintsDN3CACert nameConstraintsDN3subCA2Cert ValidDNnameConstraintsTest18EE',
      'nameConstraintsDN1CACert nameConstraintsDN1SelfIssuedCACert ValidDNnameConstraintsTest19EE',
      'nameConstraintsRFC822CA1Cert ValidRFC822nameConstraintsTest21EE',
      'nameConstraintsRFC822CA2Cert ValidRFC822nameConstraintsTest23EE',
      'nameConstraintsRFC822CA3Cert ValidRFC822nameConstraintsTest25EE',
      'nameConstraintsDN1CACert nameConstraintsDN1subCA3Cert ValidDNandRFC822nameConstraintsTest27EE',
      'nameConstraintsDNS1CACert ValidDNSnameConstraintsTest30EE',
      'nameConstraintsDNS2CACert ValidDNSnameConstraintsTest32EE',
      'nameConstraintsURI1CACert ValidURInameConstraintsTest34EE',
      'nameConstraintsURI2CACert ValidURInameConstraintsTest36EE',
    ],
    invalid: [
      'nameConstraintsDN1CACert InvalidDNnameConstraintsTest2EE',
      'nameConstraintsDN1CACert InvalidDNnameConstraintsTest3EE',
      'nameConstraintsDN3CACert InvalidDNnameConstraintsTest7EE',
      'nameConstraintsDN4CACert InvalidDNnameConstraintsTest8EE',
      'nameConstraintsDN4CACert InvalidDNnameConstraintsTest9EE',
      'nameConstraintsDN5CACert InvalidDNnameConstraintsTest10EE',
      'nameConstraintsDN1CACert nameConstraintsDN1subCA1Cert InvalidDNnameConstraintsTest12EE',
      'nameConstraintsDN1CACert nameConstraintsDN1subCA2Cert InvalidDNnameConstraintsTest13EE',
      'nameConstraintsDN3CACert nameConstraintsDN3subCA1Cert InvalidDNnameConstraintsTest15EE',
      'nameConstraintsDN3CACert nameConstraintsDN3subCA1Cert InvalidDNnameConstraintsTest16EE',
      'nameConstraintsDN3CACert nameConstraintsDN3subCA2Cert InvalidDNnameConstraintsTest17EE',
      'nameConstraintsDN1CACert InvalidDNnameConstraintsTest20EE',
      'nameConstraintsRFC822CA1Cert InvalidRFC822nameConstraintsTest22EE',
      'nameConstraintsRFC822CA2Cert InvalidRFC822nameConstraintsTest24EE',
      'nameConstraintsRFC822CA3Cert InvalidRFC822nameConstraintsTest26EE',
      'nameConstraintsDN1CACert nameConstraintsDN1subCA3Cert InvalidDNandRFC822nameConstraintsTest28EE',
      'nameConstraintsDN1CACert nameConstraintsDN1subCA3Cert InvalidDNandRFC822nameConstraintsTest29EE',
      'nameConstraintsDNS1CACert InvalidDNSnameConstraintsTest31EE',
      'nameConstraintsDNS2CACert InvalidDNSnameConstraintsTest33EE',
      'nameConstraintsURI1CACert InvalidURInameConstraintsTest35EE',
      'nameConstraintsURI2CACert InvalidURInameConstraintsTest37EE',
      'nameConstraintsDNS1CACert InvalidDNSnameConstraintsTest38EE',
    ],
  },
  {
    number: '4.16',
    title: 'Private Certificate Extensions',
    because: ['ExtensionUnsupported'],
    valid: ['ValidUnknownNotCriticalCertificateExtensionTest1EE'],
    invalid: ['InvalidUnknownCriticalCertificateExtensionTest2EE'],
  },
];
