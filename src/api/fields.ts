import { z } from 'zod';
import { durationPattern, parseDuration } from '../std/duration.ts';

/** RFC 1123 labels, at most 253 characters; lower case only, so that a name has one spelling. */
const hostnamePattern = '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$';
/** A hostname, or one whose first label is `*` (RFC 6125 6.4.3: one label, the left-most). */
const sniPattern = '^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$';
/** DNS-1123 subdomain, as Kubernetes wants the names of Secrets and ConfigMaps. */
const objectNamePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
/** No control characters: names reach certificates, logs and terminals. */
const printablePattern = '^[^\\x00-\\x1f\\x7f]+$';

/** A rule about a whole object, said twice: for the API server in CEL, and for the parser. */
export interface Rule<Value> {
  /** Kubernetes CEL; `self` is the object. */
  readonly rule: string;
  readonly message: string;
  /** The field to name in the finding, where the rule is about one. */
  readonly field?: string;
  /** The same rule for the parser; test/api/spec-cases.ts holds both to one table. */
  readonly holds: (value: Value) => boolean;
}

/** As at the API server: a rule may rely on the schema, so it is asked only about what the schema lets pass. */
const isSoundSoFar = ({ issues }: z.core.ParsePayload) => issues.length === 0;

/** Attaches rules to a schema; the CEL side travels through JSON Schema into the CRD. */
export function withRules<Schema extends z.ZodType>(
  schema: Schema,
  ...rules: readonly Rule<z.output<Schema>>[]
): Schema {
  const refined = rules.reduce(
    (soFar, { message, field, holds }) =>
      soFar.refine(holds, { message, path: field === undefined ? [] : [field], when: isSoundSoFar }),
    schema,
  );
  const cel = rules.map(({ rule, message, field }) =>
    field === undefined ? { rule, message } : { rule, message, fieldPath: `.${field}` },
  );
  return refined.meta({ ...schema.meta(), 'x-kubernetes-validations': cel });
}

/** An array that is a set for server-side apply and for the API server's own uniqueness check. */
export function setOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .superRefine((values, context) => refuseRepeated(values, context))
    .meta({ 'x-kubernetes-list-type': 'set' });
}

/** An array of objects told apart by one field. */
export function mapOf<Item extends z.ZodObject>(item: Item, key: keyof z.output<Item> & string) {
  const keysOf = (items: readonly z.output<Item>[]) => items.map((each) => each[key]);
  return z
    .array(item)
    .superRefine((items, context) => refuseRepeated(keysOf(items), context))
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}

function refuseRepeated(keys: readonly unknown[], context: z.RefinementCtx): void {
  const repeated = keys.findIndex((key, index) => keys.indexOf(key) < index);
  if (repeated >= 0) context.addIssue({ code: 'custom', path: [repeated], message: 'is there twice' });
}

export const hostname = () => z.string().min(1).max(253).regex(new RegExp(hostnamePattern));
export const sni = () => z.string().min(1).max(253).regex(new RegExp(sniPattern));
export const objectName = () => z.string().min(1).max(253).regex(new RegExp(objectNamePattern));
/** RFC 5280 upper bounds: ub-common-name 64. */
export const commonName = () => z.string().min(1).max(64).regex(new RegExp(printablePattern));
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
        .regex(new RegExp(printablePattern))
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
    rule: '!has(self.renewBefore) || duration(self.renewBefore) < duration(self.duration)',
    message: 'must be shorter than duration',
    field: 'renewBefore',
    holds: ({ duration, renewBefore }) => renewBefore === undefined || secondsOf(renewBefore) < secondsOf(duration),
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
