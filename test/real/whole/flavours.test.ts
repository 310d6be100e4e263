import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { assertNoLeak } from '../../harness/leaks.ts';
import { useWhole } from '../../harness/whole.ts';

interface Flavour {
  readonly profile: ProfileName;
  /** Collections of what is made for each kind, in this order. */
  readonly gateway: readonly string[];
  readonly upstream: readonly string[];
  /** What a renewed client certificate of an upstream takes, and a renewed server certificate of a gateway. */
  readonly renewsUpstream: readonly string[];
  readonly renewsGateway: string;
  readonly verifiesUpstream: boolean;
}

const withSsls = {
  gateway: ['ssls'],
  upstream: ['ssls', 'services', 'routes'],
  renewsUpstream: ['PUT ssls', 'PUT services', 'DELETE ssls'],
  renewsGateway: 'PUT ssls',
};

const flavours: readonly Flavour[] = [
  {
    profile: 'ee-3.10',
    gateway: ['ca_certificates', 'certificates', 'snis'],
    upstream: ['ca_certificates', 'certificates', 'services', 'routes'],
    renewsUpstream: ['PUT certificates', 'PUT services', 'DELETE certificates'],
    renewsGateway: 'PUT certificates',
    verifiesUpstream: true,
  },
  { profile: 'ee-3.3', ...withSsls, verifiesUpstream: false },
  { profile: 'apisix-3.18', ...withSsls, verifiesUpstream: false },
  { profile: 'apisix-3.19', ...withSsls, verifiesUpstream: true },
];

const deadline = Temporal.Duration.from({ seconds: 5 });

for (const flavour of flavours) describe(`at the gateway ${flavour.profile}`, () => describeLives(flavour));

function describeLives({ profile, gateway, upstream, renewsUpstream, renewsGateway, verifiesUpstream }: Flavour): void {
  const given = useWhole({ operator: false, profile });
  let port: number;

  before('start NGINX, and the operator 50 minutes ago', async () => {
    const { whole } = given;
    // Leaves of an hour are due when the clock is put right; real TLS stacks take them before and after.
    whole.clockOffset = Temporal.Duration.from({ minutes: -50 });
    await whole.startOperator();
    port = await freePort();
    await whole.startNginx();
  });

  const collections = (writes: readonly string[]) => writes.map((write) => write.split('/')[0] ?? '');
  const serial = async (secret: string) =>
    new X509Certificate((await given.whole.secret(secret))['tls.crt'] ?? '').serialNumber;

  it('an MtlsGateway becomes Ready and is proven', async () => {
    const { whole } = given;
    await whole.forget();
    await whole.apply(
      aGateway({ hosts: ['test.com', '*.wild.example'], spec: { serverCertificate: { duration: '1h' } } }),
    );
    await whole.ready('mgw', 'test-com');
    await whole.until('mgw', 'test-com', 'Enforced', 'True', 'Proven');
    const made = collections(await whole.gatewayWrites());
    assert.deepEqual(
      [...new Set(made)],
      gateway.map((kind) => `PUT ${kind}`),
    );
    await whole.assertSilent('mgw', 'test-com');
  });

  it('an MtlsUpstream becomes Ready, and says where nobody verifies NGINX', async () => {
    const { whole } = given;
    await whole.forget();
    await whole.apply(anUpstream({ port, spec: { clientCertificate: { commonName: 'client', duration: '1h' } } }));
    const { status } = await whole.ready('mup', 'mtls-nginx');
    const said = JSON.stringify(status?.conditions);
    const enforced = status?.conditions?.find(({ type }) => type === 'Enforced');
    assert.equal(enforced?.reason, verifiesUpstream ? 'Proven' : 'UpstreamNotVerified', said);
    assert.equal(/does not verify the certificate of NGINX: use/.test(said), !verifiesUpstream);
    assert.deepEqual(
      collections(await whole.gatewayWrites()),
      upstream.map((kind) => `PUT ${kind}`),
    );
    await whole.assertSilent('mup', 'mtls-nginx');
  });

  it('a request passes through the gateway to NGINX', async () => {
    const address = { host: '127.0.0.1', port: given.whole.standIn.httpPort };
    const answer = await httpProbe({ address, path: '/hello', host: 'test.com', deadline });
    assert.deepEqual(answer, { kind: 'answered', status: 200, body: 'Hello API7!' });
  });

  it('what is edited by hand is repaired', async () => {
    const { whole } = given;
    const object = (await whole.gatewayObjects()).find((name) => name.startsWith('services/')) ?? '';
    const body = { name: 'edited', upstream: { nodes: [{ host: '127.0.0.1', port: 1, weight: 1 }] } };
    const isApisix = profile.startsWith('apisix');
    const json = isApisix ? body : { ...body, type: 'http' };
    const searchParams = isApisix ? {} : { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    await whole.standIn.admin.put(`apisix/admin/${object}`, { searchParams, json });
    // The labels are gone too, so that it is nobody's now: that is said, and nothing is overwritten.
    await whole.until('mup', 'mtls-nginx', 'GatewaySynced', 'False', 'NotOurs');
    await whole.standIn.admin.delete(`apisix/admin/${object}`, {
      searchParams: { ...searchParams, ...(isApisix && { force: 'true' }) },
    });
    await whole.ready('mup', 'mtls-nginx');
  });

  it('certificates are renewed in as few requests as that takes', async () => {
    const { whole } = given;
    const before = [await serial('mtls-nginx-client'), await serial('test-com-server')];
    const objects = await whole.gatewayObjects();
    await whole.forget();
    whole.clockOffset = Temporal.Duration.from({ seconds: 0 });
    await whole.touch('mup', 'mtls-nginx');
    await eventually(async () => assert.notEqual(await serial('mtls-nginx-client'), before[0]));
    await eventually(async () => assert.deepEqual(collections(await whole.gatewayWrites()), renewsUpstream));
    await whole.ready('mup', 'mtls-nginx');
    await whole.forget();
    await whole.touch('mgw', 'test-com');
    await eventually(async () => assert.notEqual(await serial('test-com-server'), before[1]));
    await eventually(async () => assert.deepEqual(collections(await whole.gatewayWrites()), [renewsGateway]));
    await whole.ready('mgw', 'test-com');
    assert.equal((await whole.gatewayObjects()).length, objects.length);
    await eventually(() => whole.assertSilent('mgw', 'test-com'));
    await eventually(() => whole.assertSilent('mup', 'mtls-nginx'));
  });

  it('a host that another resource has is left to it', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ name: 'rival', hosts: ['test.com'] }));
    const { status } = await whole.until('mgw', 'rival', 'Stalled', 'True', 'SniConflict');
    assert.match(JSON.stringify(status), new RegExp(`test\\.com .* MtlsGateway ${whole.namespace}/test-com`));
    await whole.here(['delete', 'mgw', 'rival', '--timeout=30s']);
  });

  it('no key and no token is seen in any log, status, event, ConfigMap or metric', async () => {
    assert.ok((await assertNoLeak(given.whole)) >= 7);
  });

  it('both go, and leave nothing at the gateway', async () => {
    const { whole } = given;
    await whole.forget();
    await whole.here(['delete', 'mup', 'mtls-nginx', '--timeout=30s']);
    assert.deepEqual(
      collections(await whole.gatewayWrites()),
      upstream.toReversed().map((kind) => `DELETE ${kind}`),
    );
    await whole.here(['delete', 'mgw', 'test-com', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects(), []);
  });
}
