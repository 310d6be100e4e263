import { type Fingerprint, fingerprintStatements, told } from './fingerprint.ts';
import type { NginxSpec } from './grammar.ts';
import { type Around, locationBlocks } from './location.ts';
import { type Block, block, type Directive, directive, type LeafVariable, type Statement } from './model.ts';
import type { Place } from './place.ts';

/** What the server block is made of, beside the fields. */
export interface Given extends Around {
  /** CA certificates above the client certificate of the gateway, unless the fields name a number. */
  readonly verifyDepth: number;
  /** Whether the operator's list of revoked certificates lies beside them; its digest, of which nothing is rendered. */
  readonly revoked?: string | undefined;
  readonly place: Place;
  /** What it tells of itself; left out while that is computed. */
  readonly fingerprint?: Fingerprint;
}

/** All that belongs into `http`. */
export function httpBlocks(nginx: NginxSpec, given: Given): readonly Block[] {
  const { place, fingerprint } = given;
  const unknownNames = nginx.unknownNames ?? (place.whole === undefined ? 'Serve' : 'Reject');
  return [
    ...(place.canSwapLeaf && fingerprint !== undefined ? [leafDirectory(place, fingerprint)] : []),
    ...(unknownNames === 'Reject' ? [rejectingServer(nginx)] : []),
    serverBlock(nginx, given),
    ...(fingerprint === undefined ? [] : agentServer(nginx, { ...given, fingerprint })),
  ];
}

function serverBlock(nginx: NginxSpec, given: Given): Block {
  const { fingerprint, place } = given;
  const mode = nginx.clientVerification?.mode ?? 'Required';
  return block(
    'server',
    [],
    [
      ...ports(nginx).map((port) => directive('listen', port, 'ssl')),
      directive('server_name', nginx.serverName, ...(nginx.additionalServerNames ?? []).toSorted()),
      ...leaf(given),
      ...protocol(nginx.tls),
      ...sessions,
      ...clientVerification(nginx, given, mode === 'Required' ? 'on' : 'optional'),
      ...(place.canKeepIdle ? [directive('keepalive_min_timeout', '10s')] : []),
      directive('default_type', 'text/plain'),
      ...resolving(nginx.resolvers),
      ...(fingerprint === undefined ? [] : fingerprintStatements(fingerprint, mode)),
      ...locationBlocks(nginx, given),
    ],
  );
}

function ports({ listen, additionalListen = [] }: NginxSpec): readonly string[] {
  return [listen, ...additionalListen.toSorted((one, other) => one - other)].map(String);
}

/**
 * Who asks for a name of nobody's, or for none, gets no certificate to see. The versions of TLS are those of the default
 * server, as they are chosen before the name is known.
 */
function rejectingServer(nginx: NginxSpec): Block {
  const listens = ports(nginx).map((port) => directive('listen', port, 'ssl', 'default_server'));
  const rejecting = directive('ssl_reject_handshake', 'on');
  return block('server', [], [...listens, directive('server_name', '_'), ...protocol(nginx.tls), rejecting]);
}

const leafVariable = ({ resource }: Fingerprint): LeafVariable => `mtls_operator_leaf_${resource}`;

/** A file name that holds a variable is read at a handshake, and not when NGINX loads its configuration. */
function leafDirectory({ directory }: Place, fingerprint: Fingerprint): Block {
  return block('map', ['', { variable: leafVariable(fingerprint) }], [directive('default', directory)]);
}

function leaf({ place: { directory, canSwapLeaf }, fingerprint }: Given): readonly Directive[] {
  if (!canSwapLeaf || fingerprint === undefined)
    return [
      directive('ssl_certificate', `${directory}/tls.crt`),
      directive('ssl_certificate_key', `${directory}/tls.key`),
    ];
  const variable = leafVariable(fingerprint);
  return [
    directive('ssl_certificate', { directory: variable, file: 'tls.crt' }),
    directive('ssl_certificate_key', { directory: variable, file: 'tls.key' }),
    directive('ssl_certificate_cache', 'max=8', 'valid=1s'),
  ];
}

/** Mozilla's "intermediate" of 2026, without finite-field Diffie-Hellman, which would need parameters. */
const intermediate = ['ECDSA', 'RSA'].flatMap((key) =>
  ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((cipher) => `ECDHE-${key}-${cipher}`),
);

/** NGINX 1.22 leaves TLS 1.3 off unless it is named. */
function protocol({ versions, ciphers }: NonNullable<NginxSpec['tls']> = newest): readonly Directive[] {
  const preset = [directive('ssl_ciphers', intermediate.join(':')), directive('ssl_prefer_server_ciphers', 'off')];
  return [directive('ssl_protocols', ...versions.toSorted()), ...(ciphers === 'Intermediate' ? preset : [])];
}

const newest: NonNullable<NginxSpec['tls']> = { versions: ['TLSv1.2', 'TLSv1.3'], ciphers: 'Default' };

/**
 * A resumed session skips the check of the client certificate: it would outlive the trust in its CA, and in TLS 1.3 pass
 * from one server block to another (CVE-2025-23419).
 */
const sessions = [directive('ssl_session_tickets', 'off'), directive('ssl_session_cache', 'off')];

function clientVerification(
  { clientVerification: fields }: NginxSpec,
  { verifyDepth, revoked, place: { directory } }: Given,
  verify: 'on' | 'optional',
): readonly Directive[] {
  const hasLists = fields?.revocationLists === true || revoked !== undefined;
  return [
    directive('ssl_client_certificate', `${directory}/ca.crt`),
    directive('ssl_verify_client', verify),
    // A CA of ours signs leaves itself; an OpenSSL older than 1.1 counts the CA, so 0 would refuse everybody there.
    directive('ssl_verify_depth', String(fields?.depth ?? Math.max(1, verifyDepth))),
    ...(hasLists ? [directive('ssl_crl', `${directory}/ca.crl`)] : []),
  ];
}

function resolving(resolvers: readonly string[] = []): readonly Directive[] {
  const inBrackets = (address: string) => (address.includes(':') ? `[${address}]` : address);
  return resolvers.length === 0 ? [] : [directive('resolver', ...resolvers.map(inBrackets))];
}

/**
 * Where an agent beside NGINX sees what each worker has loaded: by TLS 1.2, whose handshake names the CAs that NGINX
 * accepts in clear text.
 */
function agentServer(nginx: NginxSpec, given: Given & { readonly fingerprint: Fingerprint }): readonly Block[] {
  const { agent } = given.place;
  if (agent === undefined) return [];
  const answer = { text: `${told(given.fingerprint)} ${agent.release} `, ending: 'pid' } as const;
  const statements: readonly Statement[] = [
    directive('listen', agent.listen, 'ssl'),
    directive('server_name', '_'),
    ...leaf(given),
    directive('ssl_protocols', 'TLSv1.2'),
    ...sessions,
    ...clientVerification(nginx, given, 'optional'),
    directive('access_log', 'off'),
    directive('default_type', 'text/plain'),
    block('location', ['/'], [directive('return', '200', answer)]),
  ];
  return [block('server', [], statements)];
}
