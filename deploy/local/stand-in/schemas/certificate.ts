import { type Described, described, pem } from './fields.ts';

/** `/apisix/admin/certificates`: field names from API7's changelog and two clients; the limits of `ssls`. */
export const certificateSchema = {
  type: 'object',
  required: ['name', 'cert', 'key'],
  additionalProperties: false,
  properties: { ...described, cert: pem, key: { ...pem, minLength: 64 } },
} as const;

export interface Certificate extends Described {
  readonly cert: string;
  readonly key: string;
}

/** `/apisix/admin/ca_certificates`: same sources. One object may hold several certificates, as `client.ca` may. */
export const caCertificateSchema = {
  type: 'object',
  required: ['name', 'cert'],
  additionalProperties: false,
  properties: { ...described, cert: pem },
} as const;

export interface CaCertificate extends Described {
  readonly cert: string;
}
