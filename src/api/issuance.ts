import { z } from 'zod';
import { parseDuration } from '../std/duration.ts';
import { commonName, duration, objectName } from './fields.ts';
import { type Rule, withRules } from './rules.ts';

const keyAlgorithm = () =>
  z
    .enum(['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-3072', 'RSA-4096'])
    .default('ECDSA-P256')
    .describe('Algorithm and size of the private key; the signature follows the key of the issuer.');

/** Shared by every certificate that we issue: key, lifetime and the moment of renewal. */
export const issuance = (defaultDuration: string) => ({
  keyAlgorithm: keyAlgorithm(),
  duration: duration()
    .default(defaultDuration)
    .describe('Lifetime of the certificate, in hours, minutes and seconds, for example 2160h.'),
  renewBefore: duration()
    .optional()
    .describe('How long before its end the certificate is renewed; by default after two thirds of its real lifetime.'),
});

interface Issuance {
  readonly duration: string;
  readonly renewBefore?: string | undefined;
}

const secondsOf = (duration: string) => parseDuration(duration).total('seconds');

export const issuanceRules: readonly Rule<Issuance>[] = [
  {
    // The API server checks the default `{}` before it fills in what that leaves out.
    rule: "!has(self.duration) || duration(self.duration) >= duration('1h')",
    message: 'must be at least 1h',
    field: 'duration',
    holds: ({ duration }) => secondsOf(duration) >= 3600,
  },
  {
    rule: "!has(self.renewBefore) || duration(self.renewBefore) >= duration('5m')",
    message: 'must be at least 5m',
    field: 'renewBefore',
    holds: ({ renewBefore }) => renewBefore === undefined || secondsOf(renewBefore) >= 300,
  },
  {
    rule: '!has(self.renewBefore) || duration(self.renewBefore).getSeconds() * 3 <= duration(self.duration).getSeconds() * 2',
    message: 'must be at most two thirds of duration',
    field: 'renewBefore',
    holds: ({ duration, renewBefore }) =>
      renewBefore === undefined || secondsOf(renewBefore) * 3 <= secondsOf(duration) * 2,
  },
];

export const ca = () =>
  z
    .object({
      generated: withRules(
        z.object({
          commonName: commonName()
            .default('mtls-operator CA')
            .describe('Common name of the CA; each generation of the CA has a serial number in its subject beside it.'),
          secretName: objectName()
            .optional()
            .describe(
              'Secret that holds the CA certificate and its key; by default the name of the resource followed by -ca.',
            ),
          ...issuance('43800h'),
        }),
        ...issuanceRules,
      ).describe('A CA that the operator makes and keeps.'),
    })
    .prefault({ generated: {} })
    .describe('The certificate authority that signs both sides.');
