import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { startTraffic } from '../../harness/traffic.ts';
import { useWhole, type WholeOptions } from '../../harness/whole.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

/** To be called inside of `describe`. */
export function upstreamLifecycle(options: WholeOptions = {}): void {
  const given = useWhole({ ...options, operator: false });
  let port: number;

  before('start NGINX, and the operator 61 days ago', async () => {
    const { whole } = given;
    // Two thirds of 90 days have passed when the clock is put right; real TLS stacks take the certificates before and after.
    whole.clockOffset = Temporal.Duration.from({ hours: -61 * 24 });
    await whole.startOperator();
    port = await freePort();
    await whole.startNginx();
  });

  const throughGateway = () =>
    httpProbe({ address: { host: '127.0.0.1', port: given.whole.standIn.httpPort }, path: '/hello', deadline });

  const fingerprint = async (secret: string) =>
    new X509Certificate((await given.whole.secret(secret))['tls.crt'] ?? '').fingerprint256;

  it('becomes Ready: NGINX serves, the gateway passes with its certificate, and nothing was written twice', async () => {
    const { whole } = given;
    await whole.forget();
    await whole.apply(anUpstream({ port }));
    await whole.ready('mup', 'mtls-nginx');
    const writes = whole.kubeWrites().filter((write) => write !== 'patch mtlsupstreams/status');
    assert.deepEqual(writes, [
      'create secrets',
      'create secrets',
      'create secrets',
      'create configmaps',
      'apply mtlsupstreams',
    ]);
    const kinds = (await whole.gatewayWrites()).map((write) => write.split('/')[0]);
    assert.deepEqual(kinds, ['PUT ca_certificates', 'PUT certificates', 'PUT services', 'PUT routes']);
  });

  it('answers through the gateway as guide B says', async () => {
    const answer = await throughGateway();
    assert.deepEqual(answer, { kind: 'answered', status: 200, body: 'Hello API7!' });
  });

  it('has an NGINX that refuses a request without a certificate', async () => {
    const result = await tlsProbe({ address: { host: '127.0.0.1', port }, path: '/hello', deadline });
    assert.equal(result.kind === 'answered' && result.status, 400);
    assert.match(result.kind === 'answered' ? result.body : '', /No required SSL certificate was sent/);
  });

  it('shows READY, SERVICE, GATEWAY, EXPIRES, ROTATION and AGE', async () => {
    const [head = '', row = ''] = (await given.whole.here(['get', 'mup'])).split('\n');
    assert.deepEqual(head.split(/\s+/), ['NAME', 'READY', 'SERVICE', 'GATEWAY', 'EXPIRES', 'ROTATION', 'AGE']);
    assert.match(row, /^mtls-nginx +True +mtls-nginx +default +20\d\d-\d\d-\d\dT[\d:]+Z +\d+s$/);
  });

  it('writes nothing when it is reconciled once more', () => given.whole.assertSilent('mup', 'mtls-nginx'));

  it('repairs the configuration of NGINX, and a deleted one', async () => {
    const { whole } = given;
    const text = async () =>
      (await whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx')).data['mtls.conf'] ?? '';
    const before = await text();
    assert.match(before, /ssl_verify_client on;/);
    const patch = JSON.stringify({ data: { 'mtls.conf': 'server { listen 1; }' } });
    await whole.here(['patch', 'configmap', 'mtls-nginx-nginx', '--type=merge', '-p', patch]);
    await eventually(async () => assert.equal(await text(), before));
    await whole.here(['delete', 'configmap', 'mtls-nginx-nginx']);
    await eventually(async () => assert.equal(await text(), before));
    await whole.ready('mup', 'mtls-nginx');
  });

  it('renews a client certificate under a new id, and the request through the gateway never fails', async () => {
    const { whole } = given;
    const before = { fingerprint: await fingerprint('mtls-nginx-client'), objects: await whole.gatewayObjects() };
    await whole.forget();
    const traffic = startTraffic(throughGateway);
    try {
      whole.clockOffset = Temporal.Duration.from({ seconds: 0 });
      await whole.touch('mup', 'mtls-nginx');
      await eventually(async () => assert.notEqual(await fingerprint('mtls-nginx-client'), before.fingerprint));
      const renewed = (await fingerprint('mtls-nginx-client')).replaceAll(':', '').toLowerCase();
      await eventually(async () => {
        const objects = await whole.gatewayObjects();
        assert.equal(objects.filter((object) => object.startsWith('certificates')).length, 1, JSON.stringify(objects));
        assert.ok(
          objects.some((object) => object.endsWith(`-client-${renewed.slice(0, 32)}`)),
          JSON.stringify(objects),
        );
        assert.equal(objects.length, before.objects.length);
      });
      const kinds = (await whole.gatewayWrites()).map((write) => write.split('/')[0]);
      assert.deepEqual(kinds, ['PUT certificates', 'PUT services', 'DELETE certificates']);
      await whole.ready('mup', 'mtls-nginx');
    } finally {
      await traffic.stop();
    }
    assert.ok(traffic.answered.length > 10, `${traffic.answered.length} requests were answered`);
    assert.deepEqual(traffic.failed, []);
  });

  it('has NGINX serve the renewed server certificate', async () => {
    const { whole } = given;
    const x509 = new X509Certificate((await whole.secret('mtls-nginx-server'))['tls.crt'] ?? '');
    const wanted = x509.fingerprint256.replaceAll(':', '').toLowerCase();
    await eventually(async () => {
      const result = await tlsProbe({ address: { host: '127.0.0.1', port }, path: '/', deadline });
      assert.equal(result.kind === 'answered' && result.leaf.sha256Fingerprint, wanted);
    });
    await eventually(() => whole.assertSilent('mup', 'mtls-nginx'));
  });

  it('says so when NGINX cannot be reached, and is Ready again when it can', async () => {
    const { whole } = given;
    const elsewhere = await freePort();
    const upstream = { nodes: [{ host: '127.0.0.1', port: elsewhere }] };
    const service = { name: 'mtls-nginx', upstream, routes: [{ name: 'hello', paths: ['/hello'] }] };
    await whole.apply(anUpstream({ port, spec: { service } }));
    const { status } = await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxUnreachable');
    assert.match(JSON.stringify(status), new RegExp(`NGINX at 127.0.0.1:${elsewhere} could not be reached`));
    const enforced = status?.conditions?.find(({ type }) => type === 'Enforced');
    assert.deepEqual([enforced?.status, enforced?.reason], ['Unknown', 'NotProbed']);
    await whole.apply(anUpstream({ port }));
    await whole.ready('mup', 'mtls-nginx');
  });

  it('refuses, as the gateway does, an NGINX whose certificate is not of its CA', async () => {
    const { whole } = given;
    const searchParams = { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    const object = (await whole.gatewayObjects()).find((name) => name.startsWith('ca_certificates'));
    const other = (await whole.secret('mtls-nginx-client'))['tls.crt'];
    await whole.stopOperator();
    const json = [{ op: 'replace', path: '/cert', value: other }];
    await whole.standIn.admin.patch(`apisix/admin/${object}`, { searchParams, json });
    await eventually(async () => {
      const answer = await throughGateway();
      assert.equal(answer.kind === 'answered' && answer.status, 502);
    });
    await whole.startOperator();
    await eventually(async () => {
      const answer = await throughGateway();
      assert.equal(answer.kind === 'answered' && answer.status, 200);
    });
  });

  it('is not Ready while a route of somebody else takes its requests, though that answers', async () => {
    const { whole } = given;
    await whole.ready('mup', 'mtls-nginx');
    let answered = 0;
    const other = createServer((_, response) => {
      answered += 1;
      response.end('Hello API7!');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const searchParams = { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    const put = (path: string, json: object) => whole.standIn.admin.put(`apisix/admin/${path}`, { searchParams, json });
    const { port: elsewhere } = other.address() as AddressInfo;
    const nodes = [{ host: '127.0.0.1', port: elsewhere, weight: 1 }];
    try {
      await put('services/theirs', {
        name: 'theirs',
        type: 'http',
        upstream: { type: 'roundrobin', scheme: 'http', nodes },
      });
      const takes = { service_id: 'theirs', methods: ['GET'], paths: ['/hello'], priority: 10 };
      await put('routes/theirs', { name: 'theirs', ...takes });
      // The gateway loads a route some time after it has taken it.
      await eventually(async () => {
        await throughGateway();
        assert.ok(answered > 0, 'requests go to the other one');
      });
      await whole.touch('mup', 'mtls-nginx');
      const { status } = await whole.until('mup', 'mtls-nginx', 'Enforced', 'False', 'AnsweredByOther');
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      assert.deepEqual([ready?.status, ready?.reason], ['False', 'AnsweredByOther']);
      await whole.standIn.admin.delete('apisix/admin/routes/theirs', { searchParams });
      await whole.ready('mup', 'mtls-nginx');
      await whole.standIn.admin.delete('apisix/admin/services/theirs', { searchParams });
    } finally {
      other.close();
    }
  });

  it('goes with its objects, in the order route, service, certificate, CA', async () => {
    const { whole } = given;
    await whole.ready('mup', 'mtls-nginx');
    await whole.forget();
    await whole.here(['delete', 'mup', 'mtls-nginx', '--timeout=30s']);
    const kinds = (await whole.gatewayWrites()).map((write) => write.split('/')[0]);
    assert.deepEqual(kinds, ['DELETE routes', 'DELETE services', 'DELETE certificates', 'DELETE ca_certificates']);
    assert.deepEqual(await whole.gatewayObjects(), []);
  });
}
