import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** A certificate and its key, as PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  readonly commonName: string;
  readonly usage: 'clientAuth' | 'serverAuth';
  readonly dnsNames?: readonly string[];
  /** As openssl ca wants them: YYYYMMDDHHMMSSZ. */
  readonly from?: string;
  readonly until?: string;
}

export interface Authority {
  readonly certificate: string;
  issue(options: LeafOptions): Promise<Pair>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const configuration = (directory: string) => `
[ca]
default_ca = here
[here]
database = ${directory}/index.txt
new_certs_dir = ${directory}
rand_serial = yes
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
`;

const extensions = ({ usage, dnsNames = [] }: LeafOptions) => `
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = ${usage}
${dnsNames.length === 0 ? '' : `subjectAltName = ${dnsNames.map((name) => `DNS:${name}`).join(',')}`}
`;

/** A CA made with the openssl command line, so that no test of the stand-in leans on the operator's PKI. */
export async function createAuthority(parent: string, commonName: string): Promise<Authority> {
  const directory = join(parent, commonName);
  const at = (name: string) => join(directory, name);
  mkdirSync(directory);
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('openssl.cnf'), configuration(directory));
  const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  await execa('openssl', [
    ...['req', '-x509', ...newKey, '-days', '30', '-subj', `/CN=${commonName}`, ...usage],
    ...['-keyout', at('ca.key'), '-out', at('ca.crt')],
  ]);

  let issued = 0;
  async function issue(options: LeafOptions): Promise<Pair> {
    issued += 1;
    const file = (suffix: string) => at(`leaf-${issued}.${suffix}`);
    const [key, request, cert, extfile] = [file('key'), file('csr'), file('crt'), file('cnf')];
    writeFileSync(extfile, extensions(options));
    await execa('openssl', [
      'req',
      '-new',
      ...newKey,
      '-subj',
      `/CN=${options.commonName}`,
      '-keyout',
      key,
      '-out',
      request,
    ]);
    await execa('openssl', [
      ...['ca', '-batch', '-notext', '-config', at('openssl.cnf'), '-cert', at('ca.crt'), '-keyfile', at('ca.key')],
      ...['-in', request, '-out', cert, '-extfile', extfile],
      ...['-startdate', options.from ?? '20200101000000Z', '-enddate', options.until ?? '20491231235959Z'],
    ]);
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }
  return { certificate: readFileSync(at('ca.crt'), 'utf8'), issue };
}
