import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { type Kind, mtlsGateway, mtlsUpstream, parseSpec, type Resource } from '../../src/api/kinds.ts';
import type { MtlsGatewaySpec } from '../../src/api/mtls-gateway.ts';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import type { GatewayConfig } from '../../src/api/operator-config.ts';
import { toStructuralSchema } from '../../src/api/structural-schema.ts';
import { compile } from '../../src/gateway/api7-ee/references.ts';
import { Gateways } from '../../src/gateway/gateways.ts';
import type { GatewayState } from '../../src/model/gateway-state.ts';
import { authorizationOf } from '../../src/plan/authorization/allow.ts';
import type { CertificateRequests } from '../../src/plan/certificates/request.ts';
import { gatewayCertificates, upstreamCertificates } from '../../src/plan/certificates/requests.ts';
import { clientFacingTls } from '../../src/plan/mtls-gateway.ts';
import { upstreamTls } from '../../src/plan/mtls-upstream.ts';
import { nginxConfigOf } from '../../src/plan/nginx/nginx.ts';
import type { GatewayRef } from '../../src/ports/gateway.ts';
import { fieldsOf } from '../api/schema-walk.ts';
import { aGatewayResource, caRequest, issued, serverRequest, withStatus } from './given.ts';

/**
 * No field of a spec is dropped in silence: each one, changed, changes an output, or stands here with the reason why
 * that output is none of these. A field that is new in the schema fails here until it has a row.
 */
type Output = 'certificates' | 'gateway' | 'objects' | 'nginx';
type Outputs = Readonly<Record<Output, unknown>>;
type Row = readonly [value: unknown, ...changes: readonly Output[]];
type Elsewhere = { readonly elsewhere: string };

const subject = (path: string): Record<string, Row> => ({
  [`${path}.subject.country`]: ['FR', 'certificates'],
  [`${path}.subject.stateOrProvince`]: ['other', 'certificates'],
  [`${path}.subject.locality`]: ['other', 'certificates'],
  [`${path}.subject.organization`]: ['other', 'certificates'],
  [`${path}.subject.organizationalUnit`]: ['other', 'certificates'],
});

const certificate = (path: string): Record<string, Row> => ({
  [`${path}.secretName`]: ['other-secret', 'certificates'],
  [`${path}.keyAlgorithm`]: ['RSA-2048', 'certificates'],
  [`${path}.duration`]: ['999h', 'certificates'],
  [`${path}.renewBefore`]: ['77h', 'certificates'],
  ...subject(path),
});

const leafCertificate = (path: string): Record<string, Row> => ({
  ...certificate(path),
  [`${path}.subject.serialNumber`]: ['other', 'certificates'],
  [`${path}.ipAddresses[]`]: ['10.9.9.9', 'certificates'],
  [`${path}.uris[]`]: ['spiffe://other.test/a', 'certificates'],
  [`${path}.keyRotation`]: ['Always', 'certificates'],
  [`${path}.keystore.pkcs12.passwordSecretRef.name`]: ['other', 'certificates'],
  [`${path}.keystore.pkcs12.passwordSecretRef.key`]: ['other', 'certificates'],
});

const clientCertificate = (path: string): Record<string, Row> => ({
  ...leafCertificate(path),
  [`${path}.commonName`]: ['OTHER', 'certificates'],
  [`${path}.dnsNames[]`]: ['other.test', 'certificates'],
  [`${path}.emailAddresses[]`]: ['other@test.com', 'certificates'],
});

/** Stands in place of what the row before it would issue, so one resource cannot have both. */
const brought: Elsewhere = { elsewhere: 'is read from a Secret: test/plan/certificate-requests.test.ts' };

const trust = (path: string): Record<string, Row> => ({
  [`${path}[].configMapRef.name`]: ['other', 'certificates'],
  [`${path}[].configMapRef.key`]: ['other', 'certificates'],
  [`${path}[].secretRef.name`]: ['other', 'certificates'],
  [`${path}[].secretRef.key`]: ['other', 'certificates'],
  [`${path}[].keepRemoved`]: [false, 'certificates'],
});

const common: Record<string, Row | Elsewhere> = {
  'spec.gatewayRef.name': ['edge', 'gateway'],
  'spec.gatewayRef.group': ['other', 'gateway'],
  'spec.ca.generated.commonName': ['OTHER', 'certificates'],
  'spec.ca.generated.permittedDnsDomains[]': ['other.test', 'certificates'],
  ...certificate('spec.ca.generated'),
  'spec.ca.secretRef.name': brought,
  'spec.ca.whenReplaced': brought,
  ...leafCertificate('spec.serverCertificate'),
  'spec.serverCertificate.secretRef.name': brought,
  ...trust('spec.clientTrust'),
  ...trust('spec.serverTrust'),
  'spec.deletionPolicy': { elsewhere: 'is read when the resource is deleted: test/real/whole/obstacles.test.ts' },
  'spec.unusedSecretPolicy': { elsewhere: 'is read when all is done: unused-children.test.ts' },
};

const gatewayFields: Record<string, Row | Elsewhere> = {
  ...common,
  'spec.hosts[]': ['other.test', 'certificates', 'objects'],
  'spec.clients[].name': ['other', 'certificates'],
  ...clientCertificate('spec.clients[]'),
  ...Object.fromEntries(
    ['serialNumber', 'sha256Fingerprint', 'subject', 'issuer', 'reason'].map((name) => [
      `spec.revoked[].${name}`,
      { elsewhere: 'is refused by a rule that all share: test/plan/revocation.test.ts' },
    ]),
  ),
  ...Object.fromEntries(
    ['since', 'reason', 'secret'].map((name) => [
      `spec.clients[].revoked.${name}`,
      { elsewhere: 'stands in place of a certificate: test/plan/revocation.test.ts' },
    ]),
  ),
  'spec.clientVerification.depth': { elsewhere: 'is not for every gateway: test/gateway/client-verification.test.ts' },
  'spec.clientVerification.exemptPaths[]': {
    elsewhere: 'is not for every gateway: test/gateway/client-verification.test.ts',
  },
  'spec.verification.path': { elsewhere: 'is asked for by the probe: src/plan/mtls-gateway.ts' },
};

const deployed: Elsewhere = { elsewhere: 'changes the Deployment: test/plan/managed-nginx.test.ts' };

/** Neither may be changed without the other. */
const together: Elsewhere = { elsewhere: 'goes with another field: test/golden/nginx/every-field.in.yaml' };

const upstreamFields: Record<string, Row | Elsewhere> = {
  ...common,
  'spec.serverCertificate.dnsNames[]': ['other.test', 'certificates'],
  ...clientCertificate('spec.clientCertificate'),
  'spec.clientCertificate.secretRef.name': brought,
  'spec.revoked[].serialNumber': ['0abd', 'certificates'],
  'spec.revoked[].issuer': ['CN=ROOTCB', 'certificates'],
  'spec.revoked[].reason': ['superseded', 'certificates'],
  'spec.authorization[].clients.mtlsGatewayRef.name': ['other', 'objects'],
  'spec.authorization[].clients.names[]': ['other', 'objects'],
  'spec.authorization[].uris.mtlsGatewayRef.name': {
    elsewhere: 'is one of three, read as in clients: test/plan/authorization.test.ts',
  },
  'spec.authorization[].uris.names[]': { elsewhere: 'is one of three: test/plan/authorization.test.ts' },
  'spec.authorization[].subjects[].subject': { elsewhere: 'is one of three: test/plan/authorization.test.ts' },
  'spec.authorization[].subjects[].issuer': { elsewhere: 'is one of three: test/plan/authorization.test.ts' },
  'spec.authorization[].paths[]': ['/other', 'objects'],
  'spec.authorization[].methods[]': ['PUT', 'objects'],
  'spec.nginx.listen': [8444, 'nginx'],
  'spec.nginx.additionalListen[]': [9444, 'nginx'],
  'spec.nginx.additionalServerNames[]': ['other.test', 'nginx'],
  'spec.nginx.unknownNames': ['Reject', 'nginx'],
  'spec.nginx.tls.versions[]': ['TLSv1.3', 'nginx'],
  'spec.nginx.tls.ciphers': ['Default', 'nginx'],
  'spec.nginx.clientVerification.mode': together,
  'spec.nginx.clientVerification.depth': [3, 'nginx'],
  'spec.nginx.clientVerification.revocationLists': together,
  'spec.nginx.output': ['WholeFile', 'nginx'],
  'spec.nginx.deployment.replicas': deployed,
  'spec.nginx.deployment.image': deployed,
  'spec.nginx.deployment.resources.requests.cpu': deployed,
  'spec.nginx.deployment.resources.requests.memory': deployed,
  'spec.nginx.deployment.resources.limits.cpu': deployed,
  'spec.nginx.deployment.resources.limits.memory': deployed,
  'spec.nginx.serverName': ['a.test', 'objects', 'nginx'],
  'spec.nginx.configMapName': ['other-config', 'nginx'],
  'spec.nginx.tlsDirectory': ['/etc/other', 'nginx'],
  'spec.nginx.resolvers[]': ['10.0.0.11', 'nginx'],
  'spec.nginx.locations[].path': ['/other', 'nginx'],
  'spec.nginx.locations[].requireClientCertificate': together,
  'spec.nginx.locations[].root': ['/srv/other', 'nginx'],
  'spec.nginx.locations[].return.contentType': ['text/css', 'nginx'],
  'spec.nginx.locations[].return.status': [201, 'nginx'],
  'spec.nginx.locations[].return.body': ['other', 'nginx'],
  'spec.nginx.locations[].proxy.host': ['other.test', 'nginx'],
  'spec.nginx.locations[].proxy.port': [8081, 'nginx'],
  'spec.nginx.locations[].proxy.serviceRef.name': { elsewhere: 'is one of two: test/nginx/build.test.ts' },
  'spec.nginx.locations[].proxy.identityHeaders': [false, 'nginx'],
  'spec.nginx.locations[].proxy.timeouts.connectSeconds': [6, 'nginx'],
  'spec.nginx.locations[].proxy.timeouts.readSeconds': [6, 'nginx'],
  'spec.nginx.locations[].proxy.timeouts.sendSeconds': [6, 'nginx'],
  'spec.service.name': ['other', 'objects'],
  'spec.service.hosts[]': ['other.test', 'objects'],
  'spec.service.upstream.nodes[].host': ['10.0.0.8', 'objects'],
  'spec.service.upstream.nodes[].port': [8444, 'objects'],
  'spec.service.upstream.nodes[].weight': [7, 'objects'],
  'spec.service.upstream.retries': [7, 'objects'],
  'spec.service.routes[].name': ['other', 'objects'],
  'spec.service.routes[].methods[]': ['PUT', 'objects'],
  'spec.service.routes[].paths[]': ['/other', 'objects'],
};

const subjectOfCa = { country: 'DE', stateOrProvince: 'a', locality: 'b', organization: 'c', organizationalUnit: 'd' };
const issuance = { keyAlgorithm: 'ECDSA-P256', duration: '1000h', renewBefore: '10h' };
const leafIssuance = {
  ...issuance,
  subject: { ...subjectOfCa, serialNumber: '1' },
  ipAddresses: ['10.0.0.1'],
  uris: ['spiffe://test.com/a'],
  keyRotation: 'Never',
  keystore: { pkcs12: { passwordSecretRef: { name: 'password', key: 'text' } } },
};
const clientNames = { dnsNames: ['client.test'], emailAddresses: ['a@test.com'] };
const ca = {
  generated: {
    commonName: 'ROOTCA',
    secretName: 'a-ca',
    permittedDnsDomains: ['test.com'],
    ...issuance,
    subject: subjectOfCa,
  },
};
const bothTrust = [
  { configMapRef: { name: 'roots', key: 'ca.pem' }, keepRemoved: true },
  { secretRef: { name: 'roots', key: 'ca.pem' } },
];
const trusts = { clientTrust: bothTrust, serverTrust: bothTrust };
const gatewayRef = { name: 'default', group: 'default' };

/** Every field is there, so that every field can be changed; a list that is a choice has one item for each. */
const wholeGateway = {
  gatewayRef,
  hosts: ['test.com', 'b.test'],
  ca,
  serverCertificate: { secretName: 'a-server', ...leafIssuance },
  clients: [{ name: 'curl', commonName: 'CLIENT', secretName: 'a-client', ...leafIssuance, ...clientNames }],
  ...trusts,
  verification: { path: '/ip' },
  deletionPolicy: 'Delete',
  unusedSecretPolicy: 'Delete',
};

const timeouts = { connectSeconds: 5, readSeconds: 5, sendSeconds: 5 };

const wholeUpstream = {
  gatewayRef,
  ca,
  serverCertificate: { dnsNames: ['a.test', 'b.test'], secretName: 'a-server', ...leafIssuance },
  clientCertificate: { commonName: 'client', secretName: 'a-client', ...leafIssuance, ...clientNames },
  ...trusts,
  revoked: [{ serialNumber: '0abc', issuer: 'CN=ROOTCA', reason: 'keyCompromise' }],
  nginx: {
    listen: 8443,
    // Covered by the second of dnsNames, so that the first can be changed.
    serverName: 'b.test',
    configMapName: 'a-config',
    tlsDirectory: '/etc/tls',
    additionalListen: [9443],
    additionalServerNames: ['c.test'],
    unknownNames: 'Serve',
    tls: { versions: ['TLSv1.2'], ciphers: 'Intermediate' },
    clientVerification: { mode: 'Required', depth: 2, revocationLists: false },
    output: 'ServerBlock',
    resolvers: ['10.0.0.10'],
    locations: [
      { path: '/fixed', return: { status: 200, body: 'Hello', contentType: 'text/html' } },
      { path: '/proxied', proxy: { host: 'app.test', port: 8080, identityHeaders: true, timeouts } },
      { path: '/files', root: '/srv/site' },
    ],
  },
  service: {
    name: 'a-service',
    hosts: ['test.com'],
    upstream: { nodes: [{ host: '10.0.0.7', port: 8443, weight: 100 }], retries: 2 },
    routes: [{ name: 'hello', methods: ['GET', 'POST'], paths: ['/hello'] }],
  },
  authorization: [{ clients: { mtlsGatewayRef: { name: 'a' }, names: ['curl'] }, paths: ['/hello'], methods: ['GET'] }],
  deletionPolicy: 'Delete',
  unusedSecretPolicy: 'Delete',
};

const authority = await issued(caRequest);
const leaf = await issued(serverRequest, authority);
const anchors = [{ pem: authority.chainPem, sha256Fingerprint: authority.facts.sha256Fingerprint }];
const material = {
  issuer: { issuer: authority, intermediatesPem: '', anchors: [] },
  leaves: new Map(['server', 'client'].map((name) => [name, leaf])),
  clientTrust: anchors,
  serverTrust: anchors,
};

const aConfig = (name: string): GatewayConfig => ({
  name,
  type: 'api7-ee',
  adminUrl: 'https://admin.example',
  tokenFile: '/etc/token',
  dataPlane: { https: [], http: [] },
  allowedNamespaces: ['*'],
});
const gateways = new Gateways([aConfig('default'), aConfig('edge')], { random: () => 0 });

function gatewayOutputs(resource: Resource<MtlsGatewaySpec>): Outputs {
  return {
    ...shared(resource, gatewayCertificates(resource), clientFacingTls(resource, material)),
    nginx: undefined,
  };
}

const clients = [
  { name: 'curl', commonName: 'CURL' },
  { name: 'other', commonName: 'OTHER' },
];
const accepting = withStatus(aGatewayResource({ clients }), {
  accepts: { hosts: ['test.com'], issuers: ['CN=ROOTCA'] },
});

function upstreamOutputs(resource: Resource<MtlsUpstreamSpec>): Outputs {
  // It uses the gateway of the resource, whichever that is.
  const gateway = { ...accepting, spec: { ...accepting.spec, gatewayRef: resource.spec.gatewayRef } };
  const authorization = authorizationOf(resource, { mtlsGateway: (name) => (name === 'a' ? gateway : undefined) });
  return {
    ...shared(resource, upstreamCertificates(resource), upstreamTls(resource, material, authorization)),
    nginx: nginxConfigOf(resource, material).desired,
  };
}

function shared(
  { spec, metadata, kind }: Resource<{ readonly gatewayRef: GatewayRef }>,
  requests: CertificateRequests,
  state: GatewayState,
): Omit<Outputs, 'nginx'> {
  return {
    // As JSON, since a comparison does not look into a Temporal.Duration.
    certificates: JSON.stringify(requests),
    gateway: gateways.resolve(spec.gatewayRef, metadata.namespace).gateway.label,
    objects: compile(state, { cluster: 'c', kind, ...metadata }),
  };
}

describeFidelity(mtlsGateway, wholeGateway, gatewayFields, gatewayOutputs);
describeFidelity(mtlsUpstream, wholeUpstream, upstreamFields, upstreamOutputs);

function describeFidelity<Spec>(
  kind: Kind<Spec>,
  whole: object,
  rows: Readonly<Record<string, Row | Elsewhere>>,
  outputsOf: (resource: Resource<Spec>) => Outputs,
): void {
  describe(`every field of ${kind.kind}`, () => {
    const outputs = (spec: unknown) => outputsOf(aResource(kind, spec));

    it('has a row here, and no row is for a field that is gone', () => {
      const values = fieldsOf(toStructuralSchema(kind.spec), 'spec').filter(
        ({ schema }) => schema.properties === undefined && schema.items === undefined,
      );
      assert.deepEqual(Object.keys(rows).sort(), values.map(({ path }) => path).sort());
    });

    for (const [path, row] of Object.entries(rows)) {
      if ('elsewhere' in row) continue;
      const [value, ...changes] = row;
      it(`${path} changes ${changes.join(' and ')}`, () => {
        const before = outputs(whole);
        const after = outputs(withValue(whole, stepsOf(path), value));
        const changed = (Object.keys(before) as Output[]).filter(
          (name) => !isDeepStrictEqual(before[name], after[name]),
        );
        assert.deepEqual(changed, changes);
      });
    }
  });
}

function aResource<Spec>(kind: Kind<Spec>, spec: unknown): Resource<Spec> {
  const parsed = parseSpec(kind, spec);
  assert.ok(parsed.ok, `refused: ${JSON.stringify(parsed)}`);
  const metadata = {
    name: 'a',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '',
  };
  return { kind: kind.kind, metadata, spec: parsed.value, status: {} };
}

/** `spec.clients[].name` as `clients`, `[]`, `name`. */
function stepsOf(path: string): readonly string[] {
  return path.split(/\.|(?=\[\])/).slice(1);
}

/** A copy in which the value at the path is another one; of a list, in the first item that has the field. */
function withValue(from: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) {
    assert.notDeepEqual(from, value, 'the new value is another one');
    return value;
  }
  if (Array.isArray(from)) {
    const [field] = rest;
    const index = from.findIndex((item) => field === undefined || Object.hasOwn(item, field));
    return from.with(index, withValue(from[index], rest, value));
  }
  assert.ok(typeof from === 'object' && from !== null && step in from, `${step} is there to be changed`);
  return { ...from, [step]: withValue(from[step as keyof typeof from], rest, value) };
}
