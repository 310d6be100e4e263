import assert from 'node:assert/strict';
import type { Secret } from '../../../src/model/kube-object.ts';
import { readPemCertificates } from '../../../src/pki/path/pem-blocks.ts';
import type { Certificate } from '../../../src/pki/x509/certificate.ts';
import { isIssuedBy } from '../../../src/pki/x509/inspect.ts';
import { pemOf } from '../../../src/plan/certificates/external.ts';
import { decodeSecret } from '../../../src/plan/certificates/held.ts';
import { Rehearsal } from '../rehearse.ts';

export const rotateCa = 'mtls-operator.dev/rotate-ca';
export const retireWithout = 'mtls-operator.dev/retire-without';
export const loaded = 'mtls-operator.dev/loaded';

/** Two clients, `curl` and `app`, of a gateway. */
export function aGateway(): Rehearsal {
  const clients = [
    { name: 'curl', commonName: 'CURL' },
    { name: 'app', commonName: 'APP' },
  ];
  return new Rehearsal('MtlsGateway', { gatewayRef: {}, hosts: ['test.com'], clients });
}

/** One gateway and one NGINX. */
export function anUpstream(): Rehearsal {
  return new Rehearsal('MtlsUpstream', {
    gatewayRef: {},
    serverCertificate: { dnsNames: ['nginx.test'] },
    clientCertificate: { commonName: 'GATEWAY' },
    nginx: { serverName: 'nginx.test', locations: [{ path: '/hello', return: { status: 200, body: 'hello' } }] },
    service: {
      name: 'hello',
      routes: [{ name: 'hello', paths: ['/hello'] }],
      upstream: { nodes: [{ host: '10.0.0.5', port: 8443 }] },
    },
  });
}

export function annotate(rehearsal: Rehearsal, annotations: Readonly<Record<string, string>>): void {
  const { metadata } = rehearsal.resource;
  rehearsal.edit({ metadata: { annotations: { ...metadata.annotations, ...annotations } } });
}

export function secret({ secrets }: Rehearsal, name: string): Secret {
  const found = secrets.get(name);
  assert.ok(found, `no Secret ${name}`);
  return found;
}

export function text(rehearsal: Rehearsal, name: string, key: string): string {
  return decodeSecret(secret(rehearsal, name), key);
}

/** As its holder says that it has loaded what is in its Secret now. */
export function acknowledge(rehearsal: Rehearsal, name: string, of = 'tls.crt'): void {
  const [first] = certificates(text(rehearsal, name, of));
  const seen = secret(rehearsal, name);
  const annotations = { ...seen.metadata.annotations, [loaded]: first?.sha256Fingerprint ?? '' };
  rehearsal.secrets.set(name, { ...seen, metadata: { ...seen.metadata, annotations } });
}

/** What the CA's Secret holds beside what every one of a CA does, and whose sessions have yet to end. */
export function generationsIn(rehearsal: Rehearsal, name: string): readonly string[] {
  const usual = ['ca.crt', 'tls.crt', 'tls.key', 'withdrawn-issuers.json'];
  return Object.keys(secret(rehearsal, name).data ?? {})
    .filter((key) => !usual.includes(key))
    .sort();
}

export function certificates(pem: string): readonly Certificate[] {
  return readPemCertificates(pem, 8).certificates;
}

/** Whether somebody who trusts these, and nothing else, accepts the chain at that moment; leaf first. */
export function isAccepted(chainPem: string, trustPem: string, at: Temporal.Instant): boolean {
  const [leaf, ...others] = certificates(chainPem);
  const isValid = ({ notBefore, notAfter }: Certificate) =>
    Temporal.Instant.compare(notBefore, at) <= 0 && Temporal.Instant.compare(at, notAfter) <= 0;
  const vouches = (issuer: Certificate, certificate: Certificate) =>
    isValid(issuer) && isIssuedBy(pemOf([certificate]), pemOf([issuer]));
  const anchors = certificates(trustPem);
  if (leaf === undefined || !isValid(leaf)) return false;
  const direct = anchors.some((anchor) => vouches(anchor, leaf));
  const crossed = others.some((cross) => vouches(cross, leaf) && anchors.some((anchor) => vouches(anchor, cross)));
  return direct || crossed;
}
