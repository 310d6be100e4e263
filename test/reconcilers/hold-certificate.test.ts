import assert from 'node:assert/strict';
import type { CertificateStatus } from '../../src/api/status.ts';
import type { CertificateRequest } from '../../src/plan/certificate-request.ts';
import { certificateSecret } from '../../src/plan/secret.ts';
import { certificateStatus } from '../../src/plan/status.ts';
import { holdCertificate } from '../../src/reconcilers/hold-certificate.ts';
import { Progress } from '../../src/reconcilers/progress.ts';
import { aGatewayResource, caRequest, issued, now, serverRequest, withStatus } from '../plan/given.ts';
import { aRun, Cluster, type Told } from './given.ts';

const ca = await issued(caRequest);
const server = await issued(serverRequest, ca);
const issuedBefore = [certificateStatus(caRequest, ca), certificateStatus(serverRequest, server)];
const secretOf = (keyPem: string) =>
  certificateSecret(aGatewayResource(), caRequest, { chainPem: ca.chainPem, keyPem, trustPem: ca.chainPem });

describe('a certificate that is held', () => {
  let cluster: Cluster;
  let told: Told;
  before(async () => {
    cluster = await Cluster.start();
  });
  beforeEach(() => {
    cluster.reset();
    told = { events: [], lines: [] };
  });
  after(() => cluster.stop());

  async function hold(request: CertificateRequest, certificates: readonly CertificateStatus[]) {
    const resource = withStatus(aGatewayResource(), { certificates: [...certificates] });
    cluster.put({ apiVersion: 'mtls-operator.dev/v1alpha1', ...resource });
    const progress = new Progress(['CertificatesReady'], now);
    const authority = request.role === 'ca' ? {} : { authority: { issuer: ca, intermediatesPem: '', anchors: [] } };
    // randomness that differs with each call, or two CAs would be one
    let drawn = 0;
    const randomBytes = (count: number) => new Uint8Array(count).fill(++drawn + 64);
    await holdCertificate(request, { resource, progress, ...authority }, aRun(cluster, told, { randomBytes }));
    return progress.certificates.map(({ issuedBecause }) => issuedBecause);
  }

  const warnings = () =>
    told.events.filter(({ type }) => type === 'Warning').map(({ reason, note }) => `${reason}: ${note}`);
  const refused = 'clients with a certificate of the old CA are rejected until they use one of the new CA';

  for (const request of [caRequest, serverRequest]) {
    it(`is a first issue of ${request.name} where none was there before, and no warning`, async () => {
      assert.deepEqual(await hold(request, []), ['FirstIssue']);
      assert.deepEqual(warnings(), []);
    });
  }

  it('is a first issue where a person brought one along before', async () => {
    assert.deepEqual(await hold(caRequest, [{ ...certificateStatus(caRequest, ca), external: true }]), ['FirstIssue']);
    assert.deepEqual(warnings(), []);
  });

  it('warns of a CA whose Secret is gone, and of what that costs', async () => {
    assert.deepEqual(await hold(caRequest, issuedBefore), ['SecretMissing']);
    assert.deepEqual(warnings(), [
      `CaReplaced: The CA in the Secret test-com-ca was replaced, since the Secret does not exist: ${refused}`,
    ]);
  });

  it('warns of a CA whose Secret was damaged', async () => {
    cluster.put({ ...secretOf(server.keyPem), metadata: { ...secretOf('').metadata, resourceVersion: '7' } });
    assert.deepEqual(await hold(caRequest, issuedBefore), ['KeyMismatch']);
    assert.deepEqual(warnings(), [
      `CaReplaced: The CA in the Secret test-com-ca was replaced, since the key in the Secret does not match its certificate: ${refused}`,
    ]);
  });

  it('warns of no leaf that is issued anew, and of no CA that stays', async () => {
    assert.deepEqual(await hold(serverRequest, issuedBefore), ['SecretMissing']);
    cluster.put({ ...secretOf(ca.keyPem), metadata: { ...secretOf('').metadata, resourceVersion: '7' } });
    await hold(caRequest, issuedBefore);
    assert.deepEqual(warnings(), []);
  });
});
