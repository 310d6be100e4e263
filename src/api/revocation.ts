import * as z from 'zod';
import { withForm, withRules } from './rules.ts';

/**
 * Certificates that are not to be let in any more, although they have not ended. Names and numbers have one form each, the
 * one in which status and OpenSSL show them: another form of the same would be taken and match nothing.
 */

/** RFC 5280 5.3.1, those that fit a certificate of a client or server. */
const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;

const reason = () =>
  z.enum(revocationReasons).default('unspecified').describe('Why it is revoked, as RFC 5280 names it; for the record.');

/** Attribute types as OpenSSL writes them; others stand there as an object identifier. */
const types = [
  ...['CN', 'C', 'L', 'ST', 'O', 'OU', 'DC', 'UID', 'emailAddress', 'serialNumber', 'SN', 'GN', 'title', 'initials'],
  ...['street', 'postalCode', 'name', 'description', 'generationQualifier', 'dnQualifier', 'pseudonym'],
  ...['businessCategory', 'organizationIdentifier', 'jurisdictionC', 'jurisdictionST', 'jurisdictionL'],
  ...['postalAddress', 'postOfficeBox', 'physicalDeliveryOfficeName', 'telephoneNumber', 'facsimileTelephoneNumber'],
  ...['x500UniqueIdentifier', 'houseIdentifier', 'dmdName', 'role', 'c3', 'n3', 'dnsName', 'mail', 'uid'],
  ...['unstructuredName', 'unstructuredAddress'],
].join('|');
const escaped = String.raw`\\["+,;<>\\]|\\[01][0-9A-F]|\\7F|\\[89A-F][0-9A-F]`;
const unit = String.raw`[!#-*.\/0-9:=?-\[\]-~-]|${escaped}`;
const first = String.raw`[!$-*.\/0-9:=?-\[\]-~-]|\\[ #]|${escaped}`;
const value = String.raw`#([0-9A-F]{2})+|(${first})((${unit}| )*(${unit}|\\ ))?`;
const attribute = String.raw`(${types}|[0-2](\.[0-9]+)+)=(${value})`;
const longestName = 512;
/** Of all names of one list; a thousand that are all so long would not fit into the object. */
const mostCharacters = 131_072;

/**
 * A distinguished name as `openssl x509 -nameopt rfc2253` writes it. A `pattern` for the API server too: a thousand long
 * texts are more than it lets a rule judge.
 */
export const distinguishedName = () =>
  z
    .string()
    .min(3)
    .max(longestName)
    .regex(
      new RegExp(`^${attribute}([,+]${attribute})*$`),
      'must be a distinguished name as openssl x509 -nameopt rfc2253 writes it, like CN=Partner CA,O=Acme\\, Inc.,C=DE',
    );

const serialNumber = () =>
  withForm(
    z.string().min(2).max(40),
    /^(0[1-9a-f]|[1-9a-f][0-9a-f])([0-9a-f][0-9a-f])*$/,
    'must be a serial number in whole bytes of lower-case hexadecimal, without 00 in front, like 0abc',
  );

const revokedCertificate = withRules(
  z.object({
    serialNumber: serialNumber()
      .optional()
      .describe('Serial number of the certificate, as status shows it; goes with issuer.'),
    sha256Fingerprint: withForm(
      z.string().length(64),
      /^[0-9a-f]+$/,
      'must be a SHA-256 in lower-case hexadecimal, without colons',
    )
      .optional()
      .describe('SHA-256 of the certificate, as status shows it.'),
    subject: distinguishedName()
      .optional()
      .describe(
        'Subject of the certificate, as openssl x509 -nameopt rfc2253 writes it: every certificate of that name; goes with issuer.',
      ),
    issuer: distinguishedName()
      .optional()
      .describe(
        'Issuer of the certificate, as openssl x509 -nameopt rfc2253 writes it; required with serialNumber and subject, which other CAs may give as well.',
      ),
    reason: reason(),
  }),
  {
    rule: '[has(self.serialNumber), has(self.sha256Fingerprint), has(self.subject)].filter(given, given).size() == 1',
    message: 'exactly one of serialNumber, sha256Fingerprint and subject must be set',
    holds: ({ serialNumber, sha256Fingerprint, subject }) =>
      [serialNumber, sha256Fingerprint, subject].filter((given) => given !== undefined).length === 1,
  },
  {
    rule: 'has(self.issuer) != has(self.sha256Fingerprint)',
    message: 'must be set with serialNumber and with subject, and not with sha256Fingerprint',
    field: 'issuer',
    holds: ({ issuer, sha256Fingerprint }) => (issuer === undefined) !== (sha256Fingerprint === undefined),
  },
);

/** `spec.revoked` at a gateway. */
export const revokedCertificates = () =>
  withRules(z.array(revokedCertificate).max(1000).meta({ 'x-kubernetes-list-type': 'atomic' }), {
    rule: `self.map(r, (has(r.subject) ? r.subject.size() : 0) + (has(r.issuer) ? r.issuer.size() : 0)).sum() <= ${mostCharacters}`,
    message: `the names of revoked certificates must have at most ${mostCharacters} characters in total`,
    holds: (entries) =>
      entries.map(({ subject = '', issuer = '' }) => subject + issuer).join('').length <= mostCharacters,
  }).default([]);

const revokedNumber = z.object({
  serialNumber: serialNumber().describe('Serial number of the certificate, as status shows it.'),
  issuer: distinguishedName().describe('Issuer of the certificate, as openssl x509 -nameopt rfc2253 writes it.'),
  reason: reason(),
});

/** `spec.revoked` where it becomes a list of serial numbers (RFC 5280 5.1.2.6), which cannot say anything else. */
export const revokedNumbers = () =>
  withRules(z.array(revokedNumber).max(1000).meta({ 'x-kubernetes-list-type': 'atomic' }), {
    rule: `self.map(r, r.issuer.size()).sum() <= ${mostCharacters}`,
    message: `the names of revoked certificates must have at most ${mostCharacters} characters in total`,
    holds: (entries) => entries.map(({ issuer }) => issuer).join('').length <= mostCharacters,
  }).default([]);

export type RevokedNumber = z.output<typeof revokedNumber>;

/** All certificates of a client of the resource: `spec.clients[].revoked`. */
export const revokedClient = () =>
  z.object({
    since: z.iso
      .datetime({ offset: true })
      .max(40)
      .meta({ format: 'date-time' })
      .optional()
      .describe(
        'Since when they are not to be trusted; for the record. They are refused at once, whatever stands here.',
      ),
    reason: reason(),
    secret: z
      .enum(['Empty', 'Delete'])
      .default('Empty')
      .describe('Whether its Secret stays with its certificate and without its key, or is deleted.'),
  });

/** What a client is that an annotation of its Secret revokes: of that nobody says more. */
export const revokedByAnnotation = revokedClient().parse({});
