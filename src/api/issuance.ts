import * as z from 'zod';
import { durationPattern, parseDuration } from '../std/duration.ts';
import { regexLiteral } from './cel.ts';
import { leafSubject } from './certificate-names.ts';
import { duration, renewBefore, sharePattern } from './fields.ts';
import { passwordRef } from './references.ts';
import type { Rule } from './rules.ts';

const keyAlgorithm = () =>
  z
    .enum(['ECDSA-P256', 'ECDSA-P384', 'ECDSA-P521', 'Ed25519', 'RSA-2048', 'RSA-3072', 'RSA-4096'])
    .default('ECDSA-P256')
    .describe('Algorithm and size of the private key. The signature algorithm depends on the key of the issuer.');

/** How long what we issue is good for, unless told otherwise. */
const lifetime = { ca: '43800h', leaf: '2160h' } as const;

/** Shared by every certificate that we issue: key, lifetime and the moment of renewal. */
const issuance = (defaultDuration: string) => ({
  keyAlgorithm: keyAlgorithm(),
  duration: duration()
    .default(defaultDuration)
    .describe('Lifetime of the certificate, in hours, minutes and seconds, for example 2160h.'),
  renewBefore: renewBefore()
    .optional()
    .describe(
      'How long before its end the certificate is renewed, as a duration or as a share of its real lifetime, for example 33%; by default after two thirds of the lifetime. Renewed up to a twentieth of the lifetime earlier, so that not all certificates are renewed at once.',
    ),
});

const keystore = () =>
  z.object({
    pkcs12: z
      .object({ passwordSecretRef: passwordRef().describe('Password of the keystore.') })
      .describe('A PKCS#12 file with the key, the certificate and its issuers.'),
  });

export const caIssuance = () => issuance(lifetime.ca);

/** Of leaves alone: their subject, whether their key changes with each issue, and other forms in their Secret. */
export const leafIssuance = () => ({
  ...issuance(lifetime.leaf),
  subject: leafSubject().optional().describe('Attributes of the subject in addition to the common name.'),
  keyRotation: z
    .enum(['Always', 'Never'])
    .default('Always')
    .describe('Whether a renewal makes a new key, or keeps the present one as long as it matches the spec.'),
  keystore: keystore()
    .optional()
    .describe('A keystore in the same Secret, under the key keystore.p12, for Java and Windows.'),
});

interface Issuance {
  readonly duration: string;
  readonly renewBefore?: string | undefined;
}

const secondsOf = (duration: string) => parseDuration(duration).total('seconds');
const isPercent = (text: string) => text.endsWith('%');

/** CEL: text that has no other form than that of a duration can be counted. */
const isDuration = (text: string) => `${text}.matches(${regexLiteral(new RegExp(durationPattern))})`;
const isShare = (text: string) => `${text}.matches(${regexLiteral(new RegExp(sharePattern))})`;

/** A default inside a list is not filled in when the API server asks the rule, nor is any when it judges `default: {}`. */
function issuanceRules(defaultDuration: string): readonly Rule<Issuance>[] {
  const renewBefore = 'self.renewBefore';
  const duration = `(has(self.duration) ? self.duration : '${defaultDuration}')`;
  return [
    {
      rule: `!${isDuration(duration)} || duration(${duration}) >= duration('1h')`,
      message: 'must be at least 1h',
      field: 'duration',
      holds: ({ duration }) => secondsOf(duration) >= 3600,
    },
    {
      rule: `!has(${renewBefore}) || !${isDuration(renewBefore)} || duration(${renewBefore}) >= duration('5m')`,
      message: 'must be at least 5m',
      field: 'renewBefore',
      holds: ({ renewBefore }) => renewBefore === undefined || isPercent(renewBefore) || secondsOf(renewBefore) >= 300,
    },
    {
      rule: `!has(${renewBefore}) || !${isShare(renewBefore)} || int(${renewBefore}.replace('%', '')) <= 66`,
      message: 'must be at most two thirds of duration',
      field: 'renewBefore',
      holds: ({ renewBefore }) =>
        renewBefore === undefined || !isPercent(renewBefore) || Number(renewBefore.slice(0, -1)) <= 66,
    },
    {
      rule: `!has(${renewBefore}) || !${isDuration(renewBefore)} || !${isDuration(duration)} || duration(${renewBefore}).getSeconds() * 3 <= duration(${duration}).getSeconds() * 2`,
      message: 'must be at most two thirds of duration',
      field: 'renewBefore',
      holds: ({ duration, renewBefore }) =>
        renewBefore === undefined || isPercent(renewBefore) || secondsOf(renewBefore) * 3 <= secondsOf(duration) * 2,
    },
  ];
}

export const caIssuanceRules = issuanceRules(lifetime.ca);
export const leafIssuanceRules = issuanceRules(lifetime.leaf);

interface Leaf {
  readonly secretRef?: unknown;
  readonly secretName?: unknown;
  readonly subject?: unknown;
  readonly renewBefore?: unknown;
  readonly keystore?: unknown;
  readonly ipAddresses?: unknown;
  readonly uris?: unknown;
}

/** What is brought along is not issued. Fields with a default cannot be told from those that nobody wrote. */
export const broughtAlone: Rule<Leaf> = {
  rule: '!has(self.secretRef) || !(has(self.subject) || has(self.renewBefore) || has(self.keystore) || has(self.ipAddresses) || has(self.uris))',
  message:
    'must not be combined with subject, names, renewBefore and keystore, which are for a certificate that the operator issues',
  field: 'secretRef',
  holds: ({ secretRef, subject, renewBefore, keystore, ipAddresses, uris }) =>
    secretRef === undefined ||
    [subject, renewBefore, keystore, ipAddresses, uris].every((value) => value === undefined),
};

/** Only NGINX needs a Secret of ours for what is brought along. */
export const broughtInPlace: Rule<Leaf> = {
  rule: '!has(self.secretRef) || !has(self.secretName)',
  message: 'must not be combined with secretRef, since no Secret is written then',
  field: 'secretName',
  holds: ({ secretRef, secretName }) => secretRef === undefined || secretName === undefined,
};
