import assert from 'node:assert/strict';
import type { CertificateStatus, Status } from '../../src/api/status.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import { mtlsGatewayPlan } from '../../src/plan/mtls-gateway.ts';
import { certificateStatus } from '../../src/plan/status/status.ts';
import { reconcileBy } from '../../src/reconcile/reconcile.ts';
import { aGatewayResource, caRequest, issued, serverRequest, withStatus } from '../plan/given.ts';
import { aRun, Cluster, type Told } from './given.ts';

const ca = await issued(caRequest);
const server = await issued(serverRequest, ca);
const issuedBefore = [certificateStatus(caRequest, ca), certificateStatus(serverRequest, server)];
const secretOf = (keyPem: string) =>
  certificateSecret(aGatewayResource(), caRequest, { chainPem: ca.chainPem, keyPem, trustPem: ca.chainPem });

describe('a certificate that is held or issued', () => {
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

  /** A reconcile of a resource whose status tells of these certificates; why each one was issued. */
  async function issues(certificates: readonly CertificateStatus[]) {
    const resource = withStatus(aGatewayResource(), { certificates: [...certificates] });
    cluster.put({ apiVersion: 'mtls-operator.dev/v1alpha1', ...resource });
    // randomness that differs with each call, or two CAs would be one
    let drawn = 0;
    const randomBytes = (count: number) => new Uint8Array(count).fill(++drawn + 64);
    const run = aRun(cluster, told, { randomBytes });
    await reconcileBy(mtlsGatewayPlan, run)(resource.metadata, run);
    const { status } = cluster.get(resource.kind, resource.metadata.name) as unknown as { status: Status };
    return status.certificates?.map(({ name, issuedBecause }) => `${name} ${issuedBecause}`);
  }

  const warnings = () =>
    told.events
      .filter(({ reason }) => reason !== 'GatewayUnknown')
      .filter(({ type }) => type === 'Warning')
      .map(({ reason, note }) => `${reason}: ${note}`);
  const refused = 'clients with a certificate of the old CA are rejected until they use one of the new CA';

  const all = (ca: string, server = 'FirstIssue') => [`ca ${ca}`, `server ${server}`, 'client/curl FirstIssue'];

  it('is a first issue where none was there before, and no warning', async () => {
    assert.deepEqual(await issues([]), all('FirstIssue'));
    assert.deepEqual(warnings(), []);
  });

  it('is a first issue where a person brought one along before', async () => {
    assert.deepEqual(await issues([{ ...certificateStatus(caRequest, ca), external: true }]), all('FirstIssue'));
    assert.deepEqual(warnings(), []);
  });

  it('warns of a CA whose Secret is gone, and of what that costs', async () => {
    assert.deepEqual(await issues(issuedBefore), all('SecretMissing', 'SecretMissing'));
    assert.deepEqual(warnings(), [
      `CaReplaced: The CA in the Secret test-com-ca was replaced, since the Secret does not exist: ${refused}`,
    ]);
  });

  it('warns of a CA whose Secret was damaged', async () => {
    cluster.put({ ...secretOf(server.keyPem), metadata: { ...secretOf('').metadata, resourceVersion: '7' } });
    assert.deepEqual(await issues(issuedBefore), all('KeyMismatch', 'SecretMissing'));
    assert.deepEqual(warnings(), [
      `CaReplaced: The CA in the Secret test-com-ca was replaced, since the key in the Secret does not match its certificate: ${refused}`,
    ]);
  });

  it('warns of no leaf that is issued anew, and of no CA that stays', async () => {
    cluster.put({ ...secretOf(ca.keyPem), metadata: { ...secretOf('').metadata, resourceVersion: '7' } });
    assert.deepEqual(await issues(issuedBefore), all('undefined', 'SecretMissing'));
    assert.deepEqual(warnings(), []);
  });
});
