import * as z from 'zod';
import * as field from '../fields.ts';
import { mapOf, setOf, withForm, withRules } from '../rules.ts';
import { deployment } from './deployment.ts';
import { location } from './location.ts';

/*
 * The one grammar of what reaches nginx.conf: the CRD is made from it, the parser and the renderer judge by it. What
 * NGINX would accept and then not do as written is refused here (measured with 1.22).
 */

const tls = z.object({
  versions: setOf(z.enum(['TLSv1.2', 'TLSv1.3']))
    .min(1)
    .max(2)
    .default(['TLSv1.2', 'TLSv1.3'])
    .describe('Versions of TLS that NGINX takes.'),
  ciphers: z
    .enum(['Default', 'Intermediate'])
    .default('Default')
    .describe(
      'Cipher suites for TLS 1.2: those of NGINX, or those of Mozilla for servers of today (ECDHE with AES-GCM or ChaCha20).',
    ),
});

const clientVerification = z.object({
  mode: z
    .enum(['Required', 'Optional'])
    .default('Required')
    .describe(
      'Whether every request needs a client certificate, or only one to a location with requireClientCertificate. A certificate that is not trusted is rejected everywhere.',
    ),
  depth: z
    .int()
    .min(1)
    .max(8)
    .optional()
    .describe(
      'How many CA certificates may stand above a client certificate; by default as many as the client certificate of the gateway needs.',
    ),
  revocationLists: z
    .boolean()
    .default(false)
    .describe(
      'Whether NGINX checks client certificates against ca.crl, a file of PEM lists in tlsDirectory, which you put there. It must hold a list of every CA in ca.crt, or NGINX rejects all clients of that CA. For certificates of the CA of this resource the operator makes one: see revoked.',
    ),
});

/** `spec.nginx` of an MtlsUpstream. */
export const nginx = withRules(
  z.object({
    listen: field.port().default(8443).describe('Port on which NGINX listens for the gateway.'),
    additionalListen: setOf(field.port()).min(1).max(7).optional().describe('Further ports on which NGINX listens.'),
    serverName: field.hostname().describe('Name of the server block; one of dnsNames must cover it.'),
    additionalServerNames: setOf(field.sni())
      .min(1)
      .max(31)
      .optional()
      .describe('Further names that the server block answers to, like www.test.com or *.test.com.'),
    unknownNames: z
      .enum(['Serve', 'Reject'])
      .optional()
      .describe(
        'What NGINX does with a client that asks for another name, or for none: serve it by this server block if it is the first one for the port, or reject the handshake by a default server, of which a port can have one. By default Reject where output is WholeFile, else Serve.',
      ),
    tls: tls.optional().describe('What NGINX takes of TLS.'),
    clientVerification: clientVerification.optional().describe('How NGINX verifies clients.'),
    output: z
      .enum(['ServerBlock', 'WholeFile'])
      .default('ServerBlock')
      .describe(
        'What the ConfigMap holds: mtls.conf, for a directory that nginx.conf includes within http, or nginx.conf, the whole file, for an NGINX in a container of its own, which logs to its standard output and writes to /tmp alone.',
      ),
    configMapName: field
      .objectName()
      .optional()
      .describe('ConfigMap for the configuration; by default the name of the resource followed by -nginx.'),
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
    deployment: deployment
      .optional()
      .describe(
        'Has the operator run NGINX, as a Deployment, a Service and a PodDisruptionBudget with the name of the resource followed by -nginx, each pod with an agent that takes up certificates and configuration. Left out: NGINX is yours.',
      ),
    locations: mapOf(location, 'path').min(1).max(64).describe('Locations of the server block, by path.'),
  }),
  {
    rule: '!has(self.deployment) || (self.listen >= 1024 && (!has(self.additionalListen) || self.additionalListen.all(p, p >= 1024)))',
    message:
      'must be 1024 or above with deployment, like those of additionalListen, since NGINX has no privileges there',
    field: 'listen',
    holds: ({ deployment, listen, additionalListen = [] }) =>
      deployment === undefined || Math.min(listen, ...additionalListen) >= 1024,
  },
  {
    rule: '!has(self.additionalListen) || !(self.listen in self.additionalListen)',
    message: 'must not repeat listen',
    field: 'additionalListen',
    holds: ({ listen, additionalListen }) => additionalListen?.includes(listen) !== true,
  },
  {
    rule: '!has(self.additionalServerNames) || !(self.serverName in self.additionalServerNames)',
    message: 'must not repeat serverName',
    field: 'additionalServerNames',
    holds: ({ serverName, additionalServerNames }) => additionalServerNames?.includes(serverName) !== true,
  },
  {
    rule: "has(self.clientVerification) && has(self.clientVerification.mode) && self.clientVerification.mode == 'Optional' ? self.locations.exists(l, has(l.requireClientCertificate) && l.requireClientCertificate) : !self.locations.exists(l, has(l.requireClientCertificate) && l.requireClientCertificate)",
    message:
      'must have a location with requireClientCertificate where clientVerification.mode is Optional, and none where it is Required, which holds for all',
    field: 'locations',
    holds: ({ clientVerification, locations }) =>
      (clientVerification?.mode === 'Optional') === locations.some((one) => one.requireClientCertificate),
  },
);

export type NginxSpec = z.output<typeof nginx>;
export type Location = NginxSpec['locations'][number];
