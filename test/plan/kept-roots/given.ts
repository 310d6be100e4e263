import assert from 'node:assert/strict';
import type { Secret } from '../../../src/model/kube-object.ts';
import { readPemCertificates } from '../../../src/pki/path/pem-blocks.ts';
import { inspectCertificate } from '../../../src/pki/x509/inspect.ts';
import type { TrustList } from '../../../src/plan/certificates/remembered-roots.ts';
import { ca, leaf, type Made, type Openssl } from '../../pki/path/given.ts';
import { Rehearsal } from '../rehearse.ts';

export const retireRoot = 'mtls-operator.dev/retire-root';
const name = 'bundle';

/** A source of the spec; what it holds is in the rehearsal. */
export const aSource = (keepRemoved?: boolean) => ({
  configMapRef: { name },
  ...(keepRemoved !== undefined && { keepRemoved }),
});

interface Given {
  readonly spec?: object;
  readonly clientTrust?: readonly Made[];
  readonly serverTrust?: readonly Made[];
  readonly keepRemoved?: boolean | undefined;
}

/** A resource with one bundle in each list that has certificates, an hour after openssl made those. */
export function aResource(kind: 'MtlsGateway' | 'MtlsUpstream', given: Given): Rehearsal {
  const { spec, clientTrust = [], serverTrust = [], keepRemoved = true } = given;
  const lists = {
    clientTrust: clientTrust.length > 0 ? [aSource(keepRemoved)] : [],
    serverTrust: serverTrust.length > 0 ? [aSource(keepRemoved)] : [],
  };
  const rehearsal = new Rehearsal(kind, { ...(kind === 'MtlsGateway' ? ofGateway : ofUpstream), ...lists, ...spec });
  if (clientTrust.length > 0) put(rehearsal, 'clientTrust', clientTrust);
  if (serverTrust.length > 0) put(rehearsal, 'serverTrust', serverTrust);
  const [first] = [...clientTrust, ...serverTrust];
  assert.ok(first);
  rehearsal.now = first.certificate.notBefore.add({ hours: 1 });
  return rehearsal;
}

const ofGateway = { gatewayRef: {}, hosts: ['test.com'], clients: [{ name: 'curl', commonName: 'CURL' }] };
export const ofUpstream = {
  gatewayRef: {},
  serverCertificate: { dnsNames: ['test.com'] },
  clientCertificate: { commonName: 'GATEWAY' },
  nginx: { serverName: 'test.com', locations: [{ path: '/hello', return: { status: 200, body: 'hello' } }] },
  service: {
    name: 'hello',
    routes: [{ name: 'hello', paths: ['/hello'] }],
    upstream: { nodes: [{ host: '127.0.0.1', port: 8443 }] },
  },
};

/** What the first bundle of the list has from now on. */
export function put(rehearsal: Rehearsal, list: TrustList, roots: readonly Made[]): void {
  const [, ...others] = rehearsal[list];
  rehearsal[list] = [roots.map(({ pem }) => pem).join(''), ...others];
}

export function editSpec(rehearsal: Rehearsal, change: object): void {
  rehearsal.edit({ spec: { ...(rehearsal.resource.spec as object), ...change } });
}

/** A leaf that a person brings along, in a Secret of theirs. */
export function bring(rehearsal: Rehearsal, secretName: string, { pem, keyPem }: Made, ca?: Made): void {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const metadata = { name: secretName, namespace: 'shop', resourceVersion: '1' };
  const data = { 'tls.crt': encode(pem), 'tls.key': encode(keyPem), ...(ca && { 'ca.crt': encode(ca.pem) }) };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data };
  rehearsal.references.set(secretName, secret as Secret);
}

export function aClientLeaf(openssl: Openssl, issuer: Made): Made {
  const extensions = leaf.map((line) => line.replace('serverAuth', 'clientAuth'));
  return openssl.issue(issuer, { subject: '/CN=gateway', extensions });
}

/** A root that outlives those that openssl makes by default. */
export function longLived(openssl: Openssl): Made {
  openssl.write('lasting.cnf', ca.join('\n'));
  openssl.run(
    'req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout lasting.key -subj /CN=Lasting -out lasting.csr',
  );
  openssl.run('x509 -req -in lasting.csr -signkey lasting.key -extfile lasting.cnf -days 90 -out lasting.crt');
  const pem = openssl.read('lasting.crt');
  const certificate = inspectCertificate(pem);
  assert.ok('subject' in certificate);
  return { pem, keyPem: openssl.read('lasting.key'), certificate };
}

/** `ca.crt` of the Secret, by common name. */
export function trustIn(rehearsal: Rehearsal, secretName: string): readonly string[] {
  const secret = rehearsal.secrets.get(secretName);
  assert.ok(secret, `no Secret ${secretName}`);
  const pem = Buffer.from(secret.data?.['ca.crt'] ?? '', 'base64').toString();
  return readPemCertificates(pem, 8).certificates.map(({ commonName = '' }) =>
    commonName.replace(/^mtls-operator CA$/, 'own'),
  );
}

export const kept = ({ resource }: Rehearsal) => resource.status.keptRoots ?? [];
export const keptNames = (rehearsal: Rehearsal) => kept(rehearsal).map(({ subject }) => subject);

/** Of plans that change something beside the status. */
export const change = /^(sign|issue|create|update|delete|at) /m;
