import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientPair } from '../../src/ports/probe.ts';

/** What a certificate is to say; the defaults make the server's certificate of guide B. */
export interface Wish {
  readonly commonName?: string;
  readonly subjectAltName?: string;
  readonly extendedKeyUsage?: 'clientAuth' | 'serverAuth';
  /** Days from now to its end; -1 gives one that has expired. */
  readonly days?: number;
  /** Of the key; P-256 by default. */
  readonly curve?: string;
}

/** A CA made by the openssl command, so that tests of handshakes do not lean on the product's own certificates. */
export class TestCa {
  readonly pem: string;
  readonly #keyPem: string;

  constructor(commonName: string) {
    const { chainPem, keyPem } = sign(
      commonName,
      2,
      'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign',
    );
    this.pem = chainPem;
    this.#keyPem = keyPem;
  }

  /** A certificate revocation list, as PEM, that holds these. */
  revoke(...revoked: readonly ClientPair[]): string {
    return inDirectory((at, openssl) => {
      const files = { 'ca.pem': this.pem, 'ca-key.pem': this.#keyPem, index: '', number: '01\n', config: authority };
      for (const [file, text] of Object.entries(files)) writeFileSync(at(file), text);
      for (const { chainPem } of revoked) {
        writeFileSync(at('revoked.pem'), chainPem);
        openssl('ca', '-config', 'config', '-revoke', 'revoked.pem');
      }
      openssl('ca', '-config', 'config', '-gencrl', '-out', 'list.pem');
      return readFileSync(at('list.pem'), 'utf8');
    });
  }

  issue(wish: Wish = {}): ClientPair {
    const {
      commonName = 'test.com',
      subjectAltName = 'DNS:test.com',
      extendedKeyUsage = 'serverAuth',
      days = 2,
      curve,
    } = wish;
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      `extendedKeyUsage=${extendedKeyUsage}`,
      `subjectAltName=${subjectAltName}`,
      'authorityKeyIdentifier=keyid',
    ];
    return sign(commonName, days, extensions.join('\n'), { chainPem: this.pem, keyPem: this.#keyPem }, curve);
  }

  issueClient(wish: Wish = {}): ClientPair {
    return this.issue({ commonName: 'client', subjectAltName: 'DNS:client', extendedKeyUsage: 'clientAuth', ...wish });
  }
}

/** What `openssl ca` wants to be told. */
const authority = `[ca]
default_ca = own
[own]
database = index
crlnumber = number
certificate = ca.pem
private_key = ca-key.pem
default_md = sha256
default_crl_days = 2
`;

/** Self-signed where no CA is given. */
function sign(commonName: string, days: number, extensions: string, ca?: ClientPair, curve = 'P-256'): ClientPair {
  return inDirectory((at, openssl) => {
    const key = ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-nodes', '-keyout', 'key.pem'];
    openssl('req', '-new', ...key, '-subj', `/CN=${commonName}`, '-out', 'request.pem');
    writeFileSync(at('extensions'), extensions);
    writeFileSync(at('ca.pem'), ca?.chainPem ?? '');
    writeFileSync(at('ca-key.pem'), ca?.keyPem ?? '');
    const issuer = ca === undefined ? ['-signkey', 'key.pem'] : ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem'];
    const validity = ['-days', String(days), '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', 'request.pem', ...issuer, ...validity, '-out', 'certificate.pem');
    return { chainPem: readFileSync(at('certificate.pem'), 'utf8'), keyPem: readFileSync(at('key.pem'), 'utf8') };
  });
}

type OpenSsl = (...args: readonly string[]) => void;

function inDirectory<Result>(work: (at: (file: string) => string, openssl: OpenSsl) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), 'test-ca-'));
  const openssl: OpenSsl = (...args) => execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  try {
    return work((file) => join(directory, file), openssl);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
