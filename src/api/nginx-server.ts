import * as z from 'zod';
import * as field from './fields.ts';
import { mapOf, setOf, withForm, withRules } from './rules.ts';

/*
 * What NGINX would accept and then not do as written is refused here (measured with 1.22); src/nginx/grammar.ts
 * refuses it once more, for clusters with an older CRD.
 */

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
      /^[^$\x00-\x1f\x7f-\x9f]*$/,
      'must be one line without control characters, and without $, which NGINX would take for a variable',
    )
      .default('')
      .describe('Text of the answer; one line, without $, which NGINX would take for a variable.'),
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

const proxy = withRules(
  z.object({
    host: field.nodeHost().describe('Host of the application behind NGINX.'),
    port: field.port().describe('Port of the application behind NGINX.'),
  }),
  {
    rule: "self.host.lowerAscii() != 'unix'",
    message: 'must not be unix, which NGINX would read as a local socket',
    field: 'host',
    holds: ({ host }) => host.toLowerCase() !== 'unix',
  },
);

const location = withRules(
  z.object({
    path: withForm(
      z.string().min(1).max(1024),
      // Nothing that could end an NGINX token, start a variable or be an escape.
      /^\/[A-Za-z0-9._~+,=:@/-]*$/,
      'must be a path, like /hello, which matches all paths that begin with it: letters, digits and . _ ~ + , = : @ / -',
    ).describe('Prefix of the paths that the location answers, decoded and normalised, as NGINX compares them.'),
    return: answer.optional().describe('A fixed answer; either this or proxy.'),
    proxy: proxy.optional().describe('An application behind NGINX, reached over HTTP; either this or return.'),
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
    rule: 'has(self.return) != has(self.proxy)',
    message: 'exactly one of return and proxy must be set',
    holds: (location) => (location.return === undefined) !== (location.proxy === undefined),
  },
);

/** `spec.nginx` of an MtlsUpstream. */
export const nginx = z.object({
  listen: field.port().default(8443).describe('Port on which NGINX listens for the gateway.'),
  serverName: field.hostname().describe('Name of the server block; one of dnsNames must cover it.'),
  configMapName: field
    .objectName()
    .optional()
    .describe(
      'ConfigMap for the configuration, under the key mtls.conf; by default the name of the resource followed by -nginx.',
    ),
  tlsDirectory: withForm(
    z.string().min(1).max(255),
    /^\/?[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
    'must be a directory, like tls or /etc/nginx/tls: letters, digits and . _ -, no part beginning with a dot, no / at the end',
  )
    .default('tls')
    .describe(
      'Directory in which NGINX finds the server Secret; a relative one starts at the directory of nginx.conf.',
    ),
  resolvers: setOf(field.strictIpAddress())
    .min(1)
    .max(4)
    .optional()
    .describe(
      'DNS servers with which NGINX resolves the hosts of proxies while it runs. By default NGINX resolves them once, when it loads its configuration, and rejects the configuration if a host is unknown.',
    ),
  locations: mapOf(location, 'path').min(1).max(64).describe('Locations of the server block, by path.'),
});
