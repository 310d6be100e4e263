import { type Row, refusal } from './spec-case.ts';

const issuer = 'CN=Partner CA,O=Acme\\, Inc.,C=DE';
const serial = { serialNumber: '0abc', issuer };
const oneOf = 'exactly one of serialNumber, sha256Fingerprint and subject must be set';
const withIssuer = 'must be set with serialNumber and with subject, and not with sha256Fingerprint';
const serialForm = 'must be a serial number in whole bytes of lower-case hexadecimal, without 00 in front, like 0abc';
const fingerprintForm = 'must be a SHA-256 in lower-case hexadecimal, without colons';
const tooLong = 'the names of revoked certificates must have at most 131072 characters in total';

/** As OpenSSL writes names, and as it does not. */
const names = [
  issuer,
  'CN=M\\C3\\BCller CA+OU=a/b,serialNumber=0011223344556677',
  'CN=\\ two\\ ,O=\\#1 a#b = c',
  'CN=\\"\\+\\;\\<\\>\\\\\\0A\\7F',
  '1.3.6.1.4.1.311.60.2.1.3=#13024445,emailAddress=ca@test.com',
];
const noNames = [
  '',
  'CN=',
  'CN=a, O=b',
  'cn=a',
  'E=a@test.com',
  'CN = a',
  '/CN=a/O=b',
  'CN=a,',
  'CN=Müller',
  'CN=M\\c3\\bcller',
  'CN=a\\ b',
  'CN=a\\41b',
  'CN=#a',
  'CN= a',
  'CN=a ',
  'CN="a"',
  'CN=a\n',
  'a',
];

/** `spec.revoked`, which both kinds have; `spec` is one without. */
export const revokedRows = (spec: object): readonly Row[] => {
  const revoked = (...entries: readonly unknown[]) => ({ ...spec, revoked: entries });
  const entry = (fields: object) => revoked(serial, fields);
  return [
    {
      name: 'one certificate of each sort that is revoked',
      spec: revoked(
        { ...serial, reason: 'keyCompromise' },
        { subject: 'CN=a', issuer, reason: 'superseded' },
        { sha256Fingerprint: 'ab'.repeat(32), reason: 'privilegeWithdrawn' },
      ),
    },
    { name: '1000 certificates that are revoked', spec: revoked(...Array.from({ length: 1000 }, () => serial)) },
    {
      name: '1001 certificates that are revoked',
      spec: revoked(...Array.from({ length: 1001 }, () => serial)),
      refused: refusal('spec.revoked'),
    },
    {
      name: 'revoked certificates with names of more than 131072 characters',
      spec: revoked(...Array.from({ length: 256 }, () => ({ serialNumber: '0abc', issuer: `CN=${'a'.repeat(509)}` })), {
        serialNumber: '0abc',
        issuer: 'CN=a',
      }),
      refused: refusal('spec.revoked', tooLong),
    },
    ...[{ issuer }, { ...serial, subject: 'CN=a' }, { ...serial, sha256Fingerprint: 'ab'.repeat(32) }].map(
      (fields) => ({
        name: `a revoked certificate by ${Object.keys(fields).join(' and ')}`,
        spec: entry(fields),
        refused: refusal('spec.revoked[1]', oneOf),
      }),
    ),
    ...[{ serialNumber: '0abc' }, { subject: 'CN=a' }, { sha256Fingerprint: 'ab'.repeat(32), issuer }].map(
      (fields) => ({
        name: `a revoked certificate by ${Object.keys(fields).join(' and ')}`,
        spec: entry(fields),
        refused: refusal('spec.revoked[1].issuer', withIssuer),
      }),
    ),
    ...['0ABC', 'abc', '00ab', '0a:bc', 'xy'].map((serialNumber) => ({
      name: `the revoked serial number ${serialNumber}`,
      spec: entry({ serialNumber, issuer }),
      refused: refusal('spec.revoked[1].serialNumber', serialForm),
    })),
    {
      name: 'a revoked serial number of 21 bytes',
      spec: entry({ serialNumber: '1'.repeat(42), issuer }),
      refused: refusal('spec.revoked[1].serialNumber'),
    },
    ...['AB'.repeat(32), 'g0'.repeat(32)].map((sha256Fingerprint) => ({
      name: `the revoked fingerprint ${sha256Fingerprint}`,
      spec: entry({ sha256Fingerprint }),
      refused: refusal('spec.revoked[1].sha256Fingerprint', fingerprintForm),
    })),
    {
      name: 'the SHA-1 of a revoked certificate',
      spec: entry({ sha256Fingerprint: 'ab'.repeat(20) }),
      refused: refusal('spec.revoked[1].sha256Fingerprint'),
    },
    ...names.map((name) => ({
      name: `the revoked subject ${name}`,
      spec: revoked({ subject: name, issuer: name }),
    })),
    ...noNames.map((name) => ({
      name: `the issuer ${JSON.stringify(name)} of a revoked certificate`,
      spec: entry({ serialNumber: '0abc', issuer: name }),
      refused: refusal('spec.revoked[1].issuer'),
    })),
    {
      name: 'an issuer of 513 characters of a revoked certificate',
      spec: entry({ serialNumber: '0abc', issuer: `CN=${'a'.repeat(510)}` }),
      refused: refusal('spec.revoked[1].issuer'),
    },
    {
      name: 'a reason that is none of a leaf',
      spec: entry({ ...serial, reason: 'cACompromise' }),
      refused: refusal('spec.revoked[1].reason'),
    },
  ];
};

/** `spec.clients[].revoked`; `client` gives a spec with one client of these fields. */
export const revokedClientRows = (client: (fields: object) => Row['spec']): readonly Row[] => [
  { name: 'a revoked client', spec: client({ revoked: {} }) },
  {
    name: 'a revoked client with every field',
    spec: client({ revoked: { since: '2026-11-30T01:02:03Z', reason: 'keyCompromise', secret: 'Delete' } }),
  },
  {
    name: 'a client that is revoked since a time of another zone',
    spec: client({ revoked: { since: '2026-11-30T03:02:03+02:00' } }),
  },
  {
    name: 'a client that is revoked since yesterday',
    spec: client({ revoked: { since: 'yesterday' } }),
    refused: refusal('spec.clients[0].revoked.since'),
  },
  {
    name: 'a revoked client whose Secret is to be kept',
    spec: client({ revoked: { secret: 'Keep' } }),
    refused: refusal('spec.clients[0].revoked.secret'),
  },
  {
    name: 'a client that is revoked for another reason',
    spec: client({ revoked: { reason: 'removeFromCRL' } }),
    refused: refusal('spec.clients[0].revoked.reason'),
  },
];
