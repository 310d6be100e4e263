import { type Described, described, id, notPlayed } from './fields.ts';

const ids = { type: 'array', items: id, uniqueItems: true } as const;

/**
 * `/apisix/admin/snis` (API7 Enterprise 3.4 and later): field names from API7's changelog and two clients. That an SNI
 * needs a certificate, and mTLS a CA, is inferred. There is no depth and no list of exempt paths.
 */
export const sniSchema = {
  type: 'object',
  required: ['name', 'domain', 'certificates'],
  additionalProperties: false,
  properties: {
    ...described,
    domain: { type: 'string', pattern: '^(\\*\\.)?[0-9a-zA-Z-._]+$', maxLength: 253 },
    certificates: { ...ids, minItems: 1 },
    mtls: {
      type: 'object',
      required: ['enabled'],
      additionalProperties: false,
      properties: { enabled: { type: 'boolean' }, ca_certificates: { ...ids, default: [] } },
      if: { type: 'object', properties: { enabled: { const: true } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
      then: {
        type: 'object',
        required: ['ca_certificates'],
        properties: { ca_certificates: { type: 'array', minItems: 1 } },
      },
    },
    plugins: notPlayed('plugins'),
  },
} as const;

export interface Sni extends Described {
  readonly domain: string;
  readonly certificates: readonly string[];
  readonly mtls?: { readonly enabled: boolean; readonly ca_certificates: readonly string[] };
}
