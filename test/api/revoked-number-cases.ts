import { type Row, refusal } from './spec-case.ts';

const issuer = 'CN=ROOTCA,serialNumber=0011223344556677';
const one = { serialNumber: '0abc', issuer };
const serialForm = 'must be a serial number in whole bytes of lower-case hexadecimal, without 00 in front, like 0abc';
const tooLong = 'the names of revoked certificates must have at most 131072 characters in total';
const oneList =
  'revoked must be empty with nginx.clientVerification.revocationLists, since NGINX reads one ca.crl: the operator signs it, or you put it there';

/** As OpenSSL writes names, and as it does not. */
const names = ['CN=M\\C3\\BCller CA+OU=a/b', 'CN=\\ two\\ ,O=\\#1 a#b = c', '1.3.6.1.4.1.311.60.2.1.3=#13024445'];
const noNames = ['', 'CN=', 'CN=a, O=b', 'cn=a', '/CN=a/O=b', 'CN=a,', 'CN=Müller', 'CN=a ', 'CN=a\n', 'a'];

/** `spec.revoked` of an MtlsUpstream; `spec` is one without, and `withLists` one that has NGINX check lists of a person. */
export const revokedNumberRows = (spec: object, withLists: object): readonly Row[] => {
  const revoked = (...entries: readonly unknown[]) => ({ ...spec, revoked: entries });
  return [
    { name: 'a revoked certificate', spec: revoked({ ...one, reason: 'keyCompromise' }) },
    { name: '1000 revoked certificates', spec: revoked(...Array.from({ length: 1000 }, () => one)) },
    {
      name: '1001 revoked certificates',
      spec: revoked(...Array.from({ length: 1001 }, () => one)),
      refused: refusal('spec.revoked'),
    },
    {
      name: 'revoked certificates whose issuers have more than 131072 characters',
      spec: revoked(...Array.from({ length: 257 }, () => ({ ...one, issuer: `CN=${'a'.repeat(509)}` }))),
      refused: refusal('spec.revoked', tooLong),
    },
    {
      name: 'revoked certificates beside lists of a person',
      spec: { ...withLists, revoked: [one] },
      refused: refusal('spec.revoked', oneList),
    },
    { name: 'no revoked certificate beside lists of a person', spec: { ...withLists, revoked: [] } },
    {
      name: 'a revoked certificate without a serial number',
      spec: revoked({ issuer }),
      refused: refusal('spec.revoked[0].serialNumber'),
    },
    {
      name: 'a revoked certificate without an issuer',
      spec: revoked({ serialNumber: '0abc' }),
      refused: refusal('spec.revoked[0].issuer'),
    },
    ...['0ABC', 'abc', '00ab', '0a:bc', 'xy'].map((serialNumber) => ({
      name: `the revoked serial number ${serialNumber}`,
      spec: revoked({ serialNumber, issuer }),
      refused: refusal('spec.revoked[0].serialNumber', serialForm),
    })),
    {
      name: 'a revoked serial number of 21 bytes',
      spec: revoked({ serialNumber: '1'.repeat(42), issuer }),
      refused: refusal('spec.revoked[0].serialNumber'),
    },
    ...names.map((name) => ({ name: `the issuer ${name}`, spec: revoked({ ...one, issuer: name }) })),
    ...noNames.map((name) => ({
      name: `the issuer ${JSON.stringify(name)} of a revoked certificate`,
      spec: revoked({ ...one, issuer: name }),
      refused: refusal('spec.revoked[0].issuer'),
    })),
    {
      name: 'a reason that is none of a leaf',
      spec: revoked({ ...one, reason: 'cACompromise' }),
      refused: refusal('spec.revoked[0].reason'),
    },
  ];
};
