import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { startTraffic } from '../../harness/traffic.ts';
import { useWhole } from '../../harness/whole.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

describe('an NGINX that has yet to load what was written for it', () => {
  const given = useWhole();
  let node: Child;
  let port: number;

  before('start NGINX, and make an MtlsUpstream', async () => {
    const { whole } = given;
    port = await freePort();
    node = await whole.startNginx();
    await whole.apply(anUpstream({ port }));
    await whole.ready('mup', 'mtls-nginx');
  });

  /** The kubelet's part stops, as one that has yet to look; NGINX goes on with what it has. */
  const freeze = () => process.kill(node.pid, 'SIGSTOP');
  const thaw = () => process.kill(node.pid, 'SIGCONT');

  /** When a reconcile of the resource ended, in milliseconds since the epoch. */
  const looks = () =>
    given.whole.logs
      .map((line) => JSON.parse(line) as { readonly time: number; readonly key?: string; readonly outcome?: string })
      .filter(({ key, outcome }) => key === `${given.whole.namespace}/mtls-nginx` && outcome !== undefined)
      .map(({ time }) => time);

  const throughGateway = () =>
    httpProbe({ address: { host: '127.0.0.1', port: given.whole.standIn.httpPort }, path: '/hello', deadline });
  const caOf = async () => (await given.whole.secret('mtls-nginx-server'))['ca.crt'];

  it('is looked at several times in seconds after a new CA; requests fail only from its load to the switch', async () => {
    const { whole } = given;
    const before = await caOf();
    const traffic = startTraffic(throughGateway);
    try {
      freeze();
      await whole.here(['delete', 'secret', 'mtls-nginx-ca']);
      await eventually(async () => assert.notEqual(await caOf(), before));
      await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxCertificateWrong');
      const start = Date.now();
      await pause(3000);
      const seen = looks().filter((time) => time > start);
      assert.ok(seen.length >= 3, `${seen.length} looks in 3 s`);
      assert.deepEqual(traffic.failed, [], 'NGINX and the gateway go on with what they have');
      thaw();
      await whole.ready('mup', 'mtls-nginx');
      traffic.forget();
      await eventually(() => assert.ok(traffic.answered.length > 10));
    } finally {
      thaw();
      await traffic.stop();
    }
    assert.deepEqual(traffic.failed, []);
  });

  /** What NGINX is to answer, and says that it answers. */
  const answering = (body: string) =>
    anUpstream({
      port,
      spec: {
        nginx: { listen: port, serverName: 'test.com', locations: [{ path: '/hello', return: { status: 200, body } }] },
      },
    });
  const answer = async () => {
    const result = await throughGateway();
    return result.kind === 'answered' ? result.body : result.code;
  };
  const nginxReady = async () => {
    const { status } = await given.whole.get('mup', 'mtls-nginx');
    return status?.conditions?.find(({ type }) => type === 'NginxReady')?.message ?? '';
  };

  it('is not Ready after an edit of its part, and is as soon as NGINX has loaded that; no request fails', async () => {
    const { whole } = given;
    const traffic = startTraffic(throughGateway);
    try {
      freeze();
      await whole.apply(answering('Hello again'));
      const { status } = await whole.until('mup', 'mtls-nginx', 'Ready', 'False', 'NginxConfigNotLoaded');
      const condition = (type: string) => status?.conditions?.find((seen) => seen.type === type);
      assert.equal(condition('NginxReady')?.status, 'False');
      assert.match(condition('NginxReady')?.message ?? '', new RegExp(`^NGINX at 127.0.0.1:${port} has not loaded`));
      assert.equal(condition('Reconciling')?.reason, 'NginxConfigNotLoaded');
      assert.deepEqual([condition('GatewaySynced')?.status, condition('Enforced')?.status], ['True', 'True']);
      assert.equal(await answer(), 'Hello API7!');
      thaw();
      await eventually(async () => assert.equal(await answer(), 'Hello again'));
      const served = performance.now();
      await whole.ready('mup', 'mtls-nginx');
      const took = performance.now() - served;
      assert.ok(took < 3000, `Ready ${Math.round(took)} ms after NGINX served it`);
      await whole.assertSilent('mup', 'mtls-nginx');
    } finally {
      thaw();
      await traffic.stop();
    }
    assert.deepEqual(traffic.failed, []);
  });

  it('stays Ready through a new leaf, for which the configuration is the same', async () => {
    const { whole } = given;
    const configMap = async () => {
      const { data } = await whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx');
      const { leaf, ...release } = JSON.parse(data['release.json'] ?? '');
      return { text: data['mtls.conf'], release, leaf };
    };
    const before = await configMap();
    try {
      freeze();
      await whole.here(['delete', 'secret', 'mtls-nginx-server']);
      await whole.until('mup', 'mtls-nginx', 'Reconciling', 'True', 'NginxReloading');
      await whole.ready('mup', 'mtls-nginx');
    } finally {
      thaw();
    }
    await eventually(async () => {
      const { status } = await whole.get('mup', 'mtls-nginx');
      assert.ok(!status?.conditions?.some(({ type }) => type === 'Reconciling'));
    });
    const { leaf, ...after } = await configMap();
    assert.deepEqual(after, { text: before.text, release: before.release });
    assert.notEqual(leaf, before.leaf, 'an agent is told which certificate belongs to it');
  });

  it('stays Ready with what an earlier version wrote, and says that it cannot be judged until it is reloaded', async () => {
    const { whole } = given;
    await whole.stopOperator();
    const { data } = await whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx');
    const earlier = (data['mtls.conf'] ?? '').replace(/ {4}location = [^}]*}\n/, '').replace('again', 'from earlier');
    await whole.here([
      'patch',
      'configmap',
      'mtls-nginx-nginx',
      '-p',
      JSON.stringify({ data: { 'mtls.conf': earlier } }),
    ]);
    await eventually(async () => assert.equal(await answer(), 'Hello from earlier'));
    freeze();
    try {
      await whole.startOperator();
      await eventually(async () =>
        assert.match(await nginxReady(), /; NGINX at .* does not report which configuration/),
      );
      await whole.ready('mup', 'mtls-nginx');
    } finally {
      thaw();
    }
    await eventually(async () => assert.equal(await answer(), 'Hello again'));
    await whole.touch('mup', 'mtls-nginx');
    await eventually(async () => assert.match(await nginxReady(), /without a client certificate$/));
    await whole.ready('mup', 'mtls-nginx');
  });
});
