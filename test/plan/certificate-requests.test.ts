import assert from 'node:assert/strict';
import { type CertificateRequests, findSharedSecret } from '../../src/plan/certificates/request.ts';
import { gatewayCertificates, upstreamCertificates } from '../../src/plan/certificates/requests.ts';
import { aGatewayResource, anUpstreamResource } from './given.ts';

const issuedOf = ({ ca, leaves }: CertificateRequests) => ('issue' in ca ? [ca.issue, ...leaves] : leaves);

const summary = (requests: CertificateRequests) =>
  issuedOf(requests).map(({ name, role, secretName, commonName, dnsNames }) => ({
    name,
    role,
    secretName,
    commonName,
    dnsNames,
  }));

const upstreamWith = (secretName: string) => ({
  serverCertificate: { dnsNames: ['test.com'], secretName },
  clientCertificate: { commonName: 'client' },
});

describe('the certificates that a resource asks for', () => {
  it('of an MtlsGateway: a CA, the server for its hosts, and each client', () => {
    const clients = ['curl', 'wget'].map((name) => ({ name, commonName: name.toUpperCase() }));
    const requests = gatewayCertificates(aGatewayResource({ hosts: ['test.com', '*.test.com'], clients }));
    assert.deepEqual(summary(requests), [
      { name: 'ca', role: 'ca', secretName: 'test-com-ca', commonName: 'ROOTCA', dnsNames: [] },
      {
        name: 'server',
        role: 'server',
        secretName: 'test-com-server',
        commonName: undefined,
        dnsNames: ['test.com', '*.test.com'],
      },
      { name: 'client/curl', role: 'client', secretName: 'test-com-curl', commonName: 'CURL', dnsNames: [] },
      { name: 'client/wget', role: 'client', secretName: 'test-com-wget', commonName: 'WGET', dnsNames: [] },
    ]);
  });

  it('of an MtlsUpstream: a CA, the server that NGINX is, and the client that the gateway is', () => {
    assert.deepEqual(summary(upstreamCertificates(anUpstreamResource())), [
      { name: 'ca', role: 'ca', secretName: 'mtls-nginx-ca', commonName: 'ROOTCA', dnsNames: [] },
      {
        name: 'server',
        role: 'server',
        secretName: 'mtls-nginx-server',
        commonName: undefined,
        dnsNames: ['test.com'],
      },
      { name: 'client', role: 'client', secretName: 'mtls-nginx-client', commonName: 'client', dnsNames: [] },
    ]);
  });

  it('live five years as a CA and ninety days as a leaf, unless the spec says otherwise', () => {
    const all = issuedOf(gatewayCertificates(aGatewayResource()));
    assert.deepEqual(
      all.map(({ duration }) => duration.toString()),
      ['PT43800H', 'PT2160H', 'PT2160H'],
    );
    assert.ok(all.every(({ renewal = {} }) => !('before' in renewal)));
  });

  it('take key, lifetime and renewal from the spec', () => {
    const given = { secretName: 'edge', keyAlgorithm: 'RSA-3072', duration: '1h30m', renewBefore: '300s' };
    const [server] = gatewayCertificates(aGatewayResource({ serverCertificate: given })).leaves;
    assert.equal(server?.secretName, 'edge');
    assert.equal(server?.keyAlgorithm, 'RSA-3072');
    assert.equal(server?.duration.toString(), 'PT1H30M');
    assert.equal(String(server?.renewal?.before), 'PT300S');
  });

  it('renew a share of their lifetime ahead where the spec says so', () => {
    const [server] = gatewayCertificates(aGatewayResource({ serverCertificate: { renewBefore: '25%' } })).leaves;
    assert.equal(server?.renewal?.before, 25);
  });

  it('have each a jitter of its own, which is the same at each look', () => {
    const jitters = () => issuedOf(gatewayCertificates(aGatewayResource())).map(({ renewal }) => renewal?.jitter);
    assert.equal(new Set(jitters()).size, 3);
    assert.deepEqual(jitters(), jitters());
  });

  it('of a CA end after all of its leaves that it may sign until its renewal', () => {
    const clients = [{ name: 'curl', commonName: 'CLIENT', duration: '9999h' }];
    const { ca } = gatewayCertificates(aGatewayResource({ clients }));
    assert.ok('issue' in ca);
    assert.equal(String(ca.issue.renewal?.outlast), 'PT9999H');
  });

  it('are not to be issued where they are brought along', () => {
    const requests = gatewayCertificates(
      aGatewayResource({ ca: { secretRef: { name: 'rootca' } }, serverCertificate: { secretRef: { name: 'public' } } }),
    );
    const field = 'spec.serverCertificate.secretRef';
    const place = { secretName: 'public', field, hosts: ['test.com'], mustBeTrusted: false };
    assert.deepEqual(requests.external, [{ name: 'server', role: 'server', ...place }]);
    const named = { name: 'ca', role: 'ca', secretName: 'rootca', field: 'spec.ca.secretRef' };
    const copy = { name: 'ca', role: 'ca', secretName: 'test-com-signing-ca', field: 'spec.ca.whenReplaced' };
    assert.deepEqual(requests.ca, { external: { ...named, copy } });
    const ca = { secretRef: { name: 'rootca' }, whenReplaced: 'ReplaceAtOnce' };
    assert.deepEqual(gatewayCertificates(aGatewayResource({ ca })).ca, { external: named });
    assert.deepEqual(
      requests.leaves.map(({ name }) => name),
      ['client/curl'],
    );
  });

  it('of an MtlsUpstream must be of a CA that it trusts, where they are brought along', () => {
    const { external, leaves } = upstreamCertificates(
      anUpstreamResource({
        serverCertificate: { secretRef: { name: 'nginx' } },
        clientCertificate: { secretRef: { name: 'gateway' } },
      }),
    );
    assert.deepEqual(
      external.map(({ name, secretName, hosts, mustBeTrusted }) => [name, secretName, hosts, mustBeTrusted]),
      [
        ['server', 'nginx', ['test.com'], true],
        ['client', 'gateway', [], true],
      ],
    );
    assert.deepEqual(leaves, []);
    assert.deepEqual(external[0]?.copy?.secretName, 'mtls-nginx-server');
  });
});

describe('two certificates for one Secret', () => {
  const client = { name: 'curl', commonName: 'CLIENT' };
  for (const { name, requests, want } of [
    { name: 'the names that are left out', requests: gatewayCertificates(aGatewayResource()), want: undefined },
    {
      name: 'a server named as its CA is by default',
      requests: gatewayCertificates(aGatewayResource({ serverCertificate: { secretName: 'test-com-ca' } })),
      want: 'spec.serverCertificate.secretName: the Secret test-com-ca is already used for ca',
    },
    {
      name: 'a client named as another is by default',
      requests: gatewayCertificates(
        aGatewayResource({ clients: [client, { name: 'wget', commonName: 'W', secretName: 'test-com-curl' }] }),
      ),
      want: 'spec.clients[1].secretName: the Secret test-com-curl is already used for client/curl',
    },
    {
      name: 'a client whose name makes that of the server',
      requests: gatewayCertificates(
        aGatewayResource({ serverCertificate: { secretName: 'test-com-curl' }, clients: [client] }),
      ),
      want: 'spec.clients[0].secretName: the Secret test-com-curl is already used for server',
    },
    {
      name: 'an NGINX named as the client of the gateway is by default',
      requests: upstreamCertificates(anUpstreamResource(upstreamWith('mtls-nginx-client'))),
      want: 'spec.clientCertificate.secretName: the Secret mtls-nginx-client is already used for server',
    },
  ]) {
    it(`${want === undefined ? 'is not' : 'is'} ${name}`, () =>
      assert.equal(findSharedSecret(requests)?.message, want));
  }
});
