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
}

/** A CA made by the openssl command, so that tests of handshakes do not lean on the product's own certificates. */
export class TestCa {
  readonly pem: string;
  readonly #keyPem: string;

  constructor(commonName: string) {
    const { chainPem, keyPem } = sign(
      commonName,
      2,
      'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign',
    );
    this.pem = chainPem;
    this.#keyPem = keyPem;
  }

  issue(wish: Wish = {}): ClientPair {
    const {
      commonName = 'test.com',
      subjectAltName = 'DNS:test.com',
      extendedKeyUsage = 'serverAuth',
      days = 2,
    } = wish;
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      `extendedKeyUsage=${extendedKeyUsage}`,
      `subjectAltName=${subjectAltName}`,
      'authorityKeyIdentifier=keyid',
    ];
    return sign(commonName, days, extensions.join('\n'), { chainPem: this.pem, keyPem: this.#keyPem });
  }

  issueClient(wish: Wish = {}): ClientPair {
    return this.issue({ commonName: 'client', subjectAltName: 'DNS:client', extendedKeyUsage: 'clientAuth', ...wish });
  }
}

/** Self-signed where no CA is given. */
function sign(commonName: string, days: number, extensions: string, ca?: ClientPair): ClientPair {
  const directory = mkdtempSync(join(tmpdir(), 'test-ca-'));
  const at = (file: string) => join(directory, file);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  try {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
    openssl('req', '-new', ...key, '-subj', `/CN=${commonName}`, '-out', 'request.pem');
    writeFileSync(at('extensions'), extensions);
    writeFileSync(at('ca.pem'), ca?.chainPem ?? '');
    writeFileSync(at('ca-key.pem'), ca?.keyPem ?? '');
    const issuer = ca === undefined ? ['-signkey', 'key.pem'] : ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem'];
    const validity = ['-days', String(days), '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', 'request.pem', ...issuer, ...validity, '-out', 'certificate.pem');
    return { chainPem: readFileSync(at('certificate.pem'), 'utf8'), keyPem: readFileSync(at('key.pem'), 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
