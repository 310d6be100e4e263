import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { useCluster } from '../../harness/cluster.ts';
import { eventually } from '../../harness/eventually.ts';
import { anAnswer, aSpec, renderSpec } from '../../nginx/specs.ts';
import { TestCa } from '../../probe/openssl.ts';
import { Detour } from './detour.ts';
import { RunningUpstream } from './running-upstream.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

const fingerprintOf = ({ chainPem }: ClientPair) =>
  new X509Certificate(chainPem).fingerprint256.replaceAll(':', '').toLowerCase();

describe('the upstream of the local environment', () => {
  const cluster = useCluster();
  const ca = new TestCa('ROOTCA');
  const client = ca.issueClient();
  let leaf = ca.issue();
  let directory: string;
  let namespace: string;
  let port: number;
  let ipPort: number;
  let detour: Detour;
  let upstream: RunningUpstream;

  before(async () => {
    namespace = await cluster.namespace();
    directory = await mkdtemp(join(tmpdir(), 'upstream-'));
    [port, ipPort] = await Promise.all([freePort(), freePort()]);
    const { hostname, port: target } = new URL(cluster.url);
    detour = new Detour({ host: hostname, port: Number(target) });
    const kubeconfig = await readFile(cluster.kubeconfig, 'utf8');
    const detoured = kubeconfig.replaceAll(cluster.url, `https://127.0.0.1:${await detour.listen()}`);
    await writeFile(join(directory, 'kubeconfig'), detoured, { mode: 0o600 });
    upstream = start();
    await eventually(() => assert.notEqual(upstream.said.length, 0));
  });
  after(async () => {
    await upstream.end('SIGTERM');
    detour.close();
    await rm(directory, { recursive: true });
  });

  function start(): RunningUpstream {
    const names = ['--namespace', namespace, '--secret', 'server', '--config-map', 'nginx'];
    const kubeconfig = join(directory, 'kubeconfig');
    return new RunningUpstream([
      ...names,
      ...['--kubeconfig', kubeconfig, '--directory', directory, '--ip-port', String(ipPort)],
    ]);
  }

  const probe = () => {
    const address = { host: '127.0.0.1', port };
    return tlsProbe({ address, serverName: 'test.com', path: '/hello', trust: [ca.pem], client, deadline });
  };

  const untilServed = (body: string) =>
    eventually(async () => {
      const result = await probe();
      const seen = result.kind === 'answered' ? { body: result.body, leaf: result.leaf.sha256Fingerprint } : result;
      assert.deepEqual(seen, { body, leaf: fingerprintOf(leaf) }, upstream.story());
    });
  const untilSaid = (field: 'event' | 'state', word: string) =>
    eventually(() => assert.equal(upstream.said.at(-1)?.[field], word, upstream.story()));

  async function apply(object: {
    readonly kind: string;
    readonly metadata: object;
    readonly [field: string]: unknown;
  }) {
    const input = JSON.stringify({ apiVersion: 'v1', ...object });
    const { exitCode, stderr } = await cluster.kubectl(['apply', '--namespace', namespace, '-f', '-'], { input });
    assert.equal(exitCode, 0, stderr);
  }

  const applyLeaf = () =>
    apply({
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'server' },
      stringData: { 'tls.crt': leaf.chainPem, 'tls.key': leaf.keyPem, 'ca.crt': ca.pem },
    });
  const applyConfig = (text: string) =>
    apply({ kind: 'ConfigMap', metadata: { name: 'nginx' }, data: { 'mtls.conf': text } });
  const configOf = (body: string) => renderSpec(aSpec({ listen: port, locations: [anAnswer(body)] }));

  it('says first that it is ready, and answers /ip from then on', async () => {
    assert.equal(upstream.said[0]?.event, 'ready');
    const answer = await httpProbe({ address: { host: '127.0.0.1', port: ipPort }, path: '/ip', deadline });
    assert.deepEqual(answer, { kind: 'answered', status: 200, body: '{"origin":"127.0.0.1"}\n' });
  });

  it('serves a configuration once its Secret is there too', async () => {
    await applyConfig(configOf('one'));
    assert.equal((await probe()).kind, 'unreachable');
    await applyLeaf();
    await untilServed('one');
  });

  it('serves a new leaf', async () => {
    leaf = ca.issue();
    await applyLeaf();
    await untilServed('one');
  });

  it('serves a new configuration', async () => {
    await applyConfig(configOf('two'));
    await untilServed('two');
  });

  it('goes on with the old configuration when the new one is broken, and says why', async () => {
    await applyConfig('server { nonsense; }');
    await untilSaid('state', 'refused');
    assert.match(upstream.said.at(-1)?.detail ?? '', /unknown directive .*nonsense/);
    await untilServed('two');
    await applyConfig(configOf('three'));
    await untilServed('three');
  });

  it('keeps what it has when the Secret is deleted, and follows the one that is made anew', async () => {
    const { exitCode } = await cluster.kubectl(['delete', 'secret', 'server', '--namespace', namespace]);
    assert.equal(exitCode, 0);
    await applyConfig(configOf('four'));
    await untilServed('four');
    leaf = ca.issue();
    await applyLeaf();
    await untilServed('four');
  });

  it('sees after an outage of the API server what it has missed', async () => {
    detour.cut();
    await untilSaid('event', 'not-mirrored');
    leaf = ca.issue();
    await applyLeaf();
    detour.restore();
    await untilServed('four');
  });

  it('serves again after a start on what an earlier one left behind', async () => {
    await upstream.end('SIGTERM');
    assert.deepEqual(await probe(), { kind: 'unreachable', code: 'ECONNREFUSED' });
    upstream = start();
    await untilServed('four');
  });

  it('takes NGINX with it when it is killed', async () => {
    await upstream.end('SIGKILL');
    await eventually(async () => assert.equal((await probe()).kind, 'unreachable'));
  });
});
