import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, readCertificate } from '../../../src/pki/x509/certificate.ts';

/** What openssl is asked for; the defaults make a good leaf for test.com. */
export interface Wish {
  readonly subject?: string;
  /** Lines of an extension file; none: an X.509 v1 certificate. */
  readonly extensions?: readonly string[];
  readonly key?: () => { readonly privateKey: KeyObject };
  readonly digest?: string;
  /** As openssl takes it; left out, the next one of a count. */
  readonly serial?: string;
  /** Tells apart certificates of the same wish, and has a key of its own. */
  readonly variant?: number;
  /** Of an earlier certificate, which keeps its key. */
  readonly sameKeyAs?: Made;
}

export interface Made {
  readonly pem: string;
  readonly keyPem: string;
  readonly certificate: Certificate;
}

interface Request {
  readonly keyPem: string;
  readonly csr: string;
}

export const ca = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign', 'subjectKeyIdentifier=hash'];
export const leaf = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=serverAuth',
  'subjectAltName=DNS:test.com',
];

export const aKeyOfCurve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
export const anRsaKey = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const aP256Key = () => aKeyOfCurve('P-256');

/** Certificates by the openssl command, so that what is judged does not come from the product itself. */
export class Openssl {
  readonly directory = mkdtempSync(join(tmpdir(), 'path-'));
  readonly #made = new Map<string, Made>();
  readonly #requests = new Map<string, Request>();
  #serial = 0;

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** Runs in the directory and gives what was printed; throws where openssl fails. */
  run(command: string | readonly string[]): string {
    const args = typeof command === 'string' ? command.split(' ') : command;
    return execFileSync('openssl', args, { cwd: this.directory, encoding: 'utf8', stdio: 'pipe' });
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }

  root(wish: Wish = {}): Made {
    return this.#once({ subject: '/CN=Root', extensions: ca, ...wish });
  }

  issue(issuer: Made, wish: Wish = {}): Made {
    return this.#once({ subject: '/CN=test.com', extensions: leaf, ...wish }, issuer);
  }

  /** From the root down; each is issued by the one before. */
  path([root, ...below]: readonly Wish[]): readonly Made[] {
    const made = [this.root(root)];
    for (const wish of below) made.push(this.issue(made.at(-1) ?? this.root(), wish));
    return made;
  }

  /** The same wish gives the same certificate: starting openssl is what takes the time. */
  #once(wish: Wish, issuer?: Made): Made {
    const key = JSON.stringify([wish, issuer?.pem]);
    const made = this.#made.get(key) ?? this.#make(wish, issuer);
    this.#made.set(key, made);
    return made;
  }

  #make(wish: Wish, issuer?: Made): Made {
    const { extensions = [], digest = 'sha256', serial } = wish;
    const { keyPem, csr } = this.#request(wish);
    this.write('key.pem', keyPem);
    this.write('csr.pem', csr);
    this.write('issuer.pem', (issuer?.pem ?? '') + (issuer?.keyPem ?? ''));
    this.write('ext.cnf', extensions.join('\n'));
    const signer = issuer === undefined ? ['-signkey', 'key.pem'] : ['-CA', 'issuer.pem'];
    const ext = extensions.length === 0 ? [] : ['-extfile', 'ext.cnf'];
    this.#serial += 1;
    const rest = ['-set_serial', serial ?? `${this.#serial}`, `-${digest}`, '-days', '30'];
    const pem = this.run(['x509', '-req', '-in', 'csr.pem', ...signer, ...ext, ...rest]);
    return { pem, keyPem, certificate: certificateOf(pem) };
  }

  /** Certificates of one subject share their key, if not wished otherwise. */
  #request({ subject = '', key = aP256Key, variant, sameKeyAs }: Wish): Request {
    const id = JSON.stringify([subject, variant, sameKeyAs?.keyPem]);
    const earlier = this.#requests.get(id);
    if (earlier !== undefined) return earlier;
    const keyPem = sameKeyAs?.keyPem ?? key().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    this.write('key.pem', keyPem);
    const request = { keyPem, csr: this.run(['req', '-new', '-utf8', '-key', 'key.pem', '-subj', subject]) };
    this.#requests.set(id, request);
    return request;
  }
}

function certificateOf(pem: string): Certificate {
  const certificate = readCertificate(derOf(pem));
  assert.ok(!('reason' in certificate), JSON.stringify(certificate));
  return certificate;
}

export function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64');
}
