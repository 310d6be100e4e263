import * as z from 'zod';
import { durationPattern } from '../std/duration.ts';

/** No control characters, those of Latin-1 included: names reach certificates, logs and terminals. */
const printable = /^[^\x00-\x1f\x7f-\x9f]+$/;

/** RFC 1123 labels, at most 253 characters; lower case only, so that a name has one spelling. */
export const hostname = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/);

/** A hostname, or one whose first label is `*` (RFC 6125 6.4.3: one label, the left-most). */
export const sni = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/);

/** Hostname or IPv4 address, as the Admin API has node hosts. */
export const nodeHost = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/);

/** DNS-1123 subdomain, as Kubernetes wants the names of Secrets and ConfigMaps. */
export const objectName = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** RFC 5280 A.1 upper bounds: ub-common-name 64. */
export const commonName = () => attribute(64);
/** An attribute of a subject: UTF-8 text of at most so many characters. */
export const attribute = (longest: number) => z.string().min(1).max(longest).regex(printable);
/** IPv4 as a dotted quad or IPv6; the lint of the certificate has the last word. */
export const ipAddress = () =>
  z
    .string()
    .min(2)
    .max(45)
    .regex(/^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/);
/** RFC 3986: ASCII with a scheme and something after it. */
export const uri = () =>
  z
    .string()
    .min(3)
    .max(2048)
    .regex(/^[a-zA-Z][a-zA-Z0-9+.-]*:[!-~]+$/);
/** RFC 5280 4.2.1.6: an addr-spec of ASCII, without a display name. */
export const email = () =>
  z
    .string()
    .min(3)
    .max(254)
    .regex(/^[!#-'*+/-9=?A-Z^-~.-]+@[a-zA-Z0-9.-]+$/);
export const port = () => z.int().min(1).max(65535);
export const duration = () => z.string().min(2).max(32).regex(new RegExp(durationPattern));
/** A duration, or a share of the lifetime: `33%`. */
export const renewBefore = () =>
  z
    .string()
    .min(2)
    .max(32)
    .regex(new RegExp(`${durationPattern}|^[1-9][0-9]?%$`));
export const timestamp = () => z.iso.datetime().meta({ format: 'date-time' });

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
        .regex(printable)
        .default('default')
        .describe('Exact name of the gateway group (API7 Enterprise) that serves the hosts.'),
    })
    .prefault({})
    .describe('The gateway that this resource configures.');

export const deletionPolicy = () =>
  z
    .enum(['Delete', 'Retain'])
    .default('Delete')
    .describe('Whether the objects at the gateway are deleted with this resource or stay.');
