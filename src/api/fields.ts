import { z } from 'zod';
import { durationPattern } from '../std/duration.ts';

/** RFC 1123 labels, at most 253 characters; lower case only, so that a name has one spelling. */
const hostnamePattern = '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$';
/** A hostname, or one whose first label is `*` (RFC 6125 6.4.3: one label, the left-most). */
const sniPattern = '^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$';
/** DNS-1123 subdomain, as Kubernetes wants the names of Secrets and ConfigMaps. */
const objectNamePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
/** Printable characters only: a subject reaches certificates, logs and terminals. RFC 5280 upper bound ub-common-name 64. */
const commonNamePattern = '^[^\\x00-\\x1f\\x7f]+$';

/** A rule that the API server evaluates (Kubernetes CEL). */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** Attaches CEL rules to a schema; they travel through JSON Schema into the CRD. */
export function withRules<Schema extends z.ZodType>(schema: Schema, ...rules: readonly CelRule[]): Schema {
  return schema.meta({ ...schema.meta(), 'x-kubernetes-validations': rules });
}

/** An array that is a set for server-side apply and for the API server's own uniqueness check. */
export function setOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).meta({ 'x-kubernetes-list-type': 'set' });
}

/** An array of objects told apart by one field. */
export function mapOf<Item extends z.ZodType>(item: Item, key: string) {
  return z.array(item).meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}

export const hostname = () => z.string().min(1).max(253).regex(new RegExp(hostnamePattern));
export const sni = () => z.string().min(1).max(253).regex(new RegExp(sniPattern));
export const objectName = () => z.string().min(1).max(253).regex(new RegExp(objectNamePattern));
export const commonName = () => z.string().min(1).max(64).regex(new RegExp(commonNamePattern));
export const port = () => z.int().min(1).max(65535);
export const duration = () => z.string().min(2).max(32).regex(new RegExp(durationPattern));
export const timestamp = () => z.iso.datetime().meta({ format: 'date-time' });

export const keyAlgorithm = () =>
  z
    .enum(['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-3072', 'RSA-4096'])
    .default('ECDSA-P256')
    .describe('Algorithm and size of the private key; the signature follows the key of the issuer.');

export const gatewayRef = () =>
  z
    .object({
      name: objectName()
        .default('default')
        .describe('Name of a gateway in the configuration of the operator, which the administrator writes.'),
      group: z
        .string()
        .min(1)
        .max(100)
        .default('default')
        .describe('Exact name of the gateway group (API7 Enterprise) that serves the hosts.'),
    })
    .prefault({})
    .describe('The gateway that this resource configures.');

/** Shared by every certificate that we issue: key, lifetime and the moment of renewal. */
export const issuance = (defaultDuration: string) => ({
  keyAlgorithm: keyAlgorithm(),
  duration: duration()
    .default(defaultDuration)
    .describe('Lifetime of the certificate, in hours, minutes and seconds, for example 2160h.'),
  renewBefore: duration()
    .optional()
    .describe('How long before its end the certificate is renewed; left out, after two thirds of its real lifetime.'),
});

export const issuanceRules: readonly CelRule[] = [
  { rule: "duration(self.duration) >= duration('1h')", message: 'duration must be at least 1h' },
  {
    rule: "!has(self.renewBefore) || duration(self.renewBefore) >= duration('5m')",
    message: 'renewBefore must be at least 5m',
  },
  {
    rule: '!has(self.renewBefore) || duration(self.renewBefore) < duration(self.duration)',
    message: 'renewBefore must be shorter than duration',
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
            .describe('Secret that holds the CA certificate and its key; left out, the name of the resource and -ca.'),
          ...issuance('43800h'),
        }),
        ...issuanceRules,
      ).describe('A CA that the operator makes and keeps.'),
    })
    .prefault({ generated: {} })
    .describe('The certificate authority that signs both sides.');

export const deletionPolicy = () =>
  z
    .enum(['Delete', 'Retain'])
    .default('Delete')
    .describe('What happens to the objects at the gateway when this resource is deleted.');
