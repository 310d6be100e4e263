import * as z from 'zod';
import * as field from '../fields.ts';
import { withForm, withRules } from '../rules.ts';

/** For these NGINX makes the text a Location header. */
const redirects = [301, 302, 303, 307, 308];
/** Without a text NGINX closes the connection, or answers with another status. */
const needsBody = [408, 444, 494, 495, 496, 497, 499];

/** What the operator keeps for itself: there NGINX tells which configuration it has loaded. */
export const ownPaths = '/.well-known/mtls-operator/';

const answer = withRules(
  z.object({
    status: z.int().min(200).max(599).describe('HTTP status of the answer; not a redirect.'),
    body: withForm(
      // A word of nginx.conf has at most 4,000 bytes: these are 4 bytes each at most, and two quotes.
      z.string().max(999),
      /^[^$\x00-\x1f\x7f-\x9f\p{Cs}]*$/u,
      'must be one line without control characters, and without $, which NGINX would take for a variable',
    )
      .default('')
      .describe('Text of the answer; one line, without $, which NGINX would take for a variable.'),
    contentType: withForm(
      z.string().min(3).max(127),
      /^[a-z]+\/[a-z0-9][a-z0-9.+-]*(; charset=[a-zA-Z0-9-]+)?$/,
      'must be a media type in lower case, like application/json, or like text/html; charset=utf-8',
    )
      .optional()
      .describe('Media type of the answer; by default text/plain.'),
  }),
  {
    rule: `!(self.status in [${redirects.join(', ')}])`,
    message: 'must not be a redirect, whose text NGINX would send as a Location header',
    field: 'status',
    holds: ({ status }) => !redirects.includes(status),
  },
  {
    rule: `(has(self.body) && self.body != '') || !(self.status in [${needsBody.join(', ')}])`,
    message: 'must not be empty for this status, since NGINX would not answer with it',
    field: 'body',
    holds: ({ status, body }) => body !== '' || !needsBody.includes(status),
  },
);

/** In whole seconds. NGINX takes no longer one to connect than systems do, which is about 75 s. */
const timeout = (longest: number, description: string) =>
  z.int().min(1).max(longest).optional().describe(`${description} By default 60.`);
const aDay = 86_400;

/** RFC 1035, as Kubernetes wants it: a name of DNS. */
const serviceName = withForm(
  z.string().min(1).max(63),
  /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
  'must be the name of a Service, like app: lower-case letters, digits and hyphens, beginning with a letter',
);

const proxy = withRules(
  z.object({
    host: field.nodeHost().optional().describe('Host of the application behind NGINX; either this or serviceRef.'),
    serviceRef: z
      .object({ name: serviceName.describe('Name of the Service, in the same namespace.') })
      .optional()
      .describe('A Kubernetes Service as the application behind NGINX; either this or host.'),
    port: field.port().describe('Port of the application behind NGINX.'),
    timeouts: z
      .object({
        connectSeconds: timeout(75, 'For a connection to the application.'),
        readSeconds: timeout(aDay, 'For the application to send more of its answer.'),
        sendSeconds: timeout(aDay, 'For the application to take more of the request.'),
      })
      .optional()
      .describe('How long NGINX waits for the application.'),
    identityHeaders: z
      .boolean()
      .default(false)
      .describe(
        'Whether the application is told whose client certificate NGINX verified, in X-SSL-Client-Verify, -Subject, -Issuer, -Serial, -Fingerprint (SHA-1) and -Cert (URL-encoded PEM, which holds the SANs). What a client sent under these names is removed.',
      ),
  }),
  {
    rule: 'has(self.host) != has(self.serviceRef)',
    message: 'exactly one of host and serviceRef must be set',
    holds: ({ host, serviceRef }) => (host === undefined) !== (serviceRef === undefined),
  },
  {
    rule: "!has(self.host) || self.host.lowerAscii() != 'unix'",
    message: 'must not be unix, which NGINX would read as a local socket',
    field: 'host',
    holds: ({ host }) => host?.toLowerCase() !== 'unix',
  },
);

/**
 * Where files for everybody lie. An allow-list: what else a path may lead to, such as keys, tokens, /proc and devices,
 * differs from image to image.
 */
const root = withForm(
  z.string().min(1).max(255),
  /^\/(srv|var\/www|usr\/share\/nginx|opt|data)(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
  'must be a directory in /srv, /var/www, /usr/share/nginx, /opt or /data, like /srv/site: letters, digits and . _ -, no part beginning with a dot, no / at the end',
);

export const location = withRules(
  z.object({
    path: withForm(
      z.string().min(1).max(1024),
      // Nothing that could end an NGINX token, start a variable or be an escape.
      /^\/[A-Za-z0-9._~+,=:@/-]*$/,
      'must be a path, like /hello, which matches all paths that begin with it: letters, digits and . _ ~ + , = : @ / -',
    ).describe('Prefix of the paths that the location answers, decoded and normalised, as NGINX compares them.'),
    requireClientCertificate: z
      .boolean()
      .default(false)
      .describe('Whether a request needs a client certificate, where clientVerification.mode is Optional.'),
    return: answer.optional().describe('A fixed answer; one of this, proxy and root.'),
    proxy: proxy.optional().describe('An application behind NGINX, reached over HTTP; one of this, return and root.'),
    root: root
      .optional()
      .describe(
        'Directory of files that NGINX serves, to which the whole path of the request is added; one of this, return and proxy.',
      ),
  }),
  {
    rule: "!self.path.matches('//|/[.][.]?(/|$)')",
    message: 'must hold no empty part and no part . or .., since NGINX compares paths without them',
    field: 'path',
    holds: ({ path }) => !/\/\/|\/\.\.?(\/|$)/.test(path),
  },
  {
    rule: `!self.path.startsWith('${ownPaths}')`,
    message: `must not begin with ${ownPaths}, which the operator reserves`,
    field: 'path',
    holds: ({ path }) => !path.startsWith(ownPaths),
  },
  {
    rule: '[has(self.return), has(self.proxy), has(self.root)].exists_one(one, one)',
    message: 'exactly one of return, proxy and root must be set',
    holds: (location) =>
      [location.return, location.proxy, location.root].filter((one) => one !== undefined).length === 1,
  },
);
