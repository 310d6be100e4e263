/** The certificates that the stand-in makes for itself with openssl, so that it needs nothing of the operator's PKI. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const fresh = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];

interface Wanted {
  /** Path without `.crt` or `.key`. */
  readonly base: string;
  readonly commonName: string;
  readonly extensions: readonly string[];
  /** Base path of the issuer; without it the certificate is self-signed. */
  readonly issuer?: string;
}

/** An existing one is kept: clients that were given the CA go on after a restart. */
async function make({ base, commonName, extensions, issuer }: Wanted): Promise<void> {
  if (existsSync(`${base}.crt`)) return;
  const signing = issuer === undefined ? [] : ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  await run('openssl', [
    ...fresh,
    '-subj',
    `/CN=${commonName}`,
    '-keyout',
    `${base}.key`,
    '-out',
    `${base}.crt`,
    ...signing,
    ...added,
  ]);
}

/** Writes `admin-ca.crt` for clients, `admin.crt` and `admin.key` for the Admin API, into the directory. */
export async function makeAdminCertificates(directory: string, address = '127.0.0.1'): Promise<void> {
  const issuer = `${directory}/admin-ca`;
  await make({
    base: issuer,
    commonName: 'stand-in Admin API CA',
    extensions: ['keyUsage=critical,keyCertSign,cRLSign'],
  });
  await make({
    base: `${directory}/admin`,
    commonName: 'stand-in Admin API',
    issuer,
    extensions: [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
      `subjectAltName=DNS:localhost,${[...new Set(['127.0.0.1', address])].map((ip) => `IP:${ip}`).join(',')}`,
    ],
  });
}

/** NGINX will not listen with TLS without a certificate, though this one is never shown. */
export async function makePlaceholder(base: string): Promise<void> {
  await make({ base, commonName: 'stand-in placeholder', extensions: ['basicConstraints=critical,CA:FALSE'] });
}
