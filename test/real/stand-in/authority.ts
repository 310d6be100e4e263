import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** A certificate and its key, as PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

interface LeafOptions {
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
  /** PEM of the certificate for a request in a file, with these extensions. */
  certify(request: string, extensions: string, times?: Pick<LeafOptions, 'from' | 'until'>): Promise<string>;
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

/**
 * A CA made with the openssl command line, so that no test of the stand-in leans on the operator's PKI. Below another
 * one it is an intermediate.
 */
export async function createAuthority(parent: string, commonName: string, above?: Authority): Promise<Authority> {
  const directory = join(parent, commonName);
  const at = (name: string) => join(directory, name);
  mkdirSync(directory);
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('openssl.cnf'), configuration(directory));
  const own = ['req', ...newKey, '-subj', `/CN=${commonName}`, '-keyout', at('ca.key')];
  if (above === undefined) {
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    await execa('openssl', [...own, '-x509', '-days', '30', ...usage, '-out', at('ca.crt')]);
  } else {
    await execa('openssl', [...own, '-new', '-out', at('ca.csr')]);
    const extensions = 'basicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n';
    writeFileSync(at('ca.crt'), await above.certify(at('ca.csr'), extensions));
  }

  let issued = 0;
  let asked = 0;
  const certify: Authority['certify'] = async (request, text, { from, until } = {}) => {
    issued += 1;
    const [cert, extfile] = [at(`issued-${issued}.crt`), at(`issued-${issued}.cnf`)];
    writeFileSync(extfile, text);
    await execa('openssl', [
      ...['ca', '-batch', '-notext', '-config', at('openssl.cnf'), '-cert', at('ca.crt'), '-keyfile', at('ca.key')],
      ...['-in', request, '-out', cert, '-extfile', extfile],
      ...['-startdate', from ?? '20200101000000Z', '-enddate', until ?? '20491231235959Z'],
    ]);
    return readFileSync(cert, 'utf8');
  };
  async function issue(options: LeafOptions): Promise<Pair> {
    asked += 1;
    const [key, request] = [at(`leaf-${asked}.key`), at(`leaf-${asked}.csr`)];
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
    return { cert: await certify(request, extensions(options), options), key: readFileSync(key, 'utf8') };
  }
  return { certificate: readFileSync(at('ca.crt'), 'utf8'), issue, certify };
}
