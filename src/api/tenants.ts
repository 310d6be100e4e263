import * as z from 'zod';
import * as field from './fields.ts';

/**
 * Tenants of a gateway, in the configuration of the operator: namespaces that belong together, and what they may have
 * there. Who is in none may not use the gateway.
 */

/** Lists of permissions stay readable, and a mistake in a template must not fill the memory. */
export const permittedAtMost = 1000;

const isHostOrAll = (text: string) => text === '*' || field.sni().safeParse(text).success;

export const hostOrAll = () =>
  z.string().refine(isHostOrAll, 'must be * or a host in lower case, for example test.com or *.test.com');

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const addressBlock = new RegExp(`^${octet}(?:\\.${octet}){3}/(?:3[0-2]|[12]?\\d)$`);

const isNodePlace = (text: string) => addressBlock.test(text) || isHostOrAll(text);

/** `8443`, or `8000-8999`. */
const portRange = /^(?<first>\d{1,5})(?:-(?<last>\d{1,5}))?$/;

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const ports = z
  .union([z.int(), z.string()], 'must be a port, for example 8443, or a range, for example "8000-8999"')
  .transform((given): PortRange => {
    const { first, last } = portRange.exec(String(given))?.groups ?? {};
    return { first: Number(first), last: Number(last ?? first) };
  })
  .refine(
    ({ first, last }) => first >= 1 && first <= last && last <= 65535,
    'must be a port from 1 to 65535, for example 8443, or a range, for example "8000-8999"',
  );

const node = z.strictObject({
  /** Addresses as a block, or names as a host; a wildcard is all names below it. */
  host: z
    .string()
    .refine(isNodePlace, 'must be a block of IPv4 addresses, for example 10.0.0.0/8, a name or *.domain, or *'),
  /** Left out: any. */
  ports: z.array(ports).min(1).max(permittedAtMost).optional(),
});

/** As Kubernetes has it: a namespace is selected by all of its labels that are asked for. */
const labelSelector = z
  .strictObject({
    matchLabels: z.record(z.string().min(1).max(317), z.string().max(63)).default({}),
    matchExpressions: z
      .array(
        z
          .strictObject({
            key: z.string().min(1).max(317),
            operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
            values: z.array(z.string().max(63)).max(permittedAtMost).default([]),
          })
          .refine(({ operator, values }) => operator.endsWith('In') === values.length > 0, {
            message: 'must be given with In and NotIn, and with no other operator',
            path: ['values'],
          }),
      )
      .max(permittedAtMost)
      .default([]),
  })
  .refine(({ matchLabels, matchExpressions }) => Object.keys(matchLabels).length + matchExpressions.length > 0, {
    message: 'must not be empty; for all namespaces, give namespaces: ["*"]',
  });

export const tenant = (namespace: z.ZodType<string>) =>
  z
    .strictObject({
      namespaces: z.array(namespace).min(1).max(permittedAtMost).optional(),
      /** In place of names. Who may label a namespace so says who it is. */
      namespaceSelector: labelSelector.optional(),
      /** `*.test.com` is the wildcard and all names below it, and not test.com; `*` is all. */
      hosts: z.array(hostOrAll()).max(permittedAtMost),
      /** Whether a service may answer for every host. */
      routesWithoutHost: z.boolean().default(false),
      /** Where `spec.service.upstream.nodes` may point; left out, anywhere. */
      nodes: z.array(node).max(permittedAtMost).optional(),
    })
    .refine(({ namespaces, namespaceSelector }) => (namespaces === undefined) !== (namespaceSelector === undefined), {
      message: 'must be given, or namespaceSelector in its place',
      path: ['namespaces'],
    });

export type Tenant = z.output<ReturnType<typeof tenant>>;
export type PermittedNode = NonNullable<Tenant['nodes']>[number];
export type LabelSelector = NonNullable<Tenant['namespaceSelector']>;
