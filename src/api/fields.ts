import * as z from 'zod';
import { durationPattern } from '../std/duration.ts';
import { withForm } from './rules.ts';

/** RFC 1123 labels, at most 253 characters; lower case only, so that a name has one spelling. */
export const hostname = () =>
  withForm(
    z.string().min(1).max(253),
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'must be a host name in lower case, like test.com, without *, scheme, port and final dot',
  );

/** A hostname, or one whose first label is `*` (RFC 6125 6.4.3: one label, the left-most). */
export const sni = () =>
  withForm(
    z.string().min(1).max(253),
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'must be a host name in lower case, like test.com, or like *.test.com for one label more; without scheme, port and final dot',
  );

/** Hostname or IPv4 address, as the Admin API has node hosts. */
export const nodeHost = () =>
  withForm(
    z.string().min(1).max(253),
    /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/,
    'must be a host name or an IPv4 address, like app.internal or 10.0.0.7, without scheme, port and path',
  );

/** DNS-1123 subdomain, as Kubernetes wants the names of Secrets and ConfigMaps. */
export const objectName = (longest = 253) =>
  withForm(
    z.string().min(1).max(longest),
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be a name as Kubernetes has them, like test-com: lower-case letters, digits, hyphens and dots, each part between letters or digits',
  );

/**
 * Text of people, as it reaches certificates, logs and terminals: no control characters, those of Latin-1 included, and
 * none that turn the direction of what follows or end a line (Unicode TR36 3.3).
 */
const printable = (longest: number) =>
  withForm(
    z.string().min(1).max(longest),
    /^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/,
    'must hold no control characters, so no line breaks, and no characters that change the direction of the text',
  );
/** RFC 5280 A.1 upper bounds: ub-common-name 64. */
export const commonName = () => attribute(64);
/** An attribute of a subject: UTF-8 text of at most so many characters. */
export const attribute = printable;
/** IPv4 as a dotted quad or IPv6; the lint of the certificate has the last word. */
export const ipAddress = () =>
  withForm(
    z.string().min(2).max(45),
    /^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/,
    'must be an IP address, like 10.0.0.1 or 2001:db8::1, without port, prefix length and zone',
  );
/** The same, and nothing but what every reader takes for one: no numbers above 255, no more groups than there are. */
export const strictIpAddress = () =>
  withForm(
    z.string().min(2).max(39),
    new RegExp(`${z.core.regexes.ipv4.source}|${z.core.regexes.ipv6.source}`),
    'must be an IP address, like 10.0.0.10 or 2001:db8::1, without port, prefix length and zone',
  );
/**
 * RFC 3986: ASCII with a scheme and something after it. A `pattern` also for the API server: 32 long texts for each of
 * 100 clients are more than it lets a rule judge.
 */
export const uri = () =>
  z
    .string()
    .min(3)
    .max(2048)
    .regex(
      /^[a-zA-Z][a-zA-Z0-9+.-]*:[!-~]+$/,
      'must be a URI with its scheme, like spiffe://test.com/client, in ASCII and without spaces',
    );
/** RFC 5280 4.2.1.6: an addr-spec of ASCII, without a display name. */
export const email = () =>
  withForm(
    z.string().min(3).max(254),
    /^[!#-'*+/-9=?A-Z^-~.-]+@[a-zA-Z0-9.-]+$/,
    'must be an e-mail address, like user@test.com, in ASCII and without a display name',
  );
export const port = () => z.int().min(1).max(65535);
export const duration = () =>
  withForm(
    z.string().min(2).max(32),
    new RegExp(durationPattern),
    'must be a duration in hours, minutes and seconds, like 2160h or 1h30m, each of at most six digits',
  );
/** A duration, or a share of the lifetime: `33%`. */
export const renewBefore = () =>
  withForm(
    z.string().min(2).max(32),
    new RegExp(`${durationPattern}|${sharePattern}`),
    'must be a duration in hours, minutes and seconds, like 720h or 1h30m, or a share of the lifetime, like 33%',
  );
/** From 1% to 99%. */
export const sharePattern = '^[1-9][0-9]?%$';
export const timestamp = () => z.iso.datetime().meta({ format: 'date-time' });

export const gatewayRef = () =>
  z
    .object({
      name: objectName()
        .default('default')
        .describe('Name of a gateway in the configuration of the operator, which the administrator writes.'),
      group: printable(100)
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

export const unusedSecretPolicy = () =>
  z
    .enum(['Delete', 'Retain'])
    .default('Delete')
    .describe(
      'Whether a Secret or ConfigMap that the spec no longer needs, such as the Secret of a removed client, is deleted at once or stays until this resource is deleted.',
    );
