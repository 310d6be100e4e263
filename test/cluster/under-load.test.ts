import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { operatorNamespace } from '../../deploy/local/cluster/release.ts';
import { exportCertificate } from '../../deploy/local/demo/certificates.ts';
import { eventually } from '../harness/eventually.ts';
import { type Cast, type Upstream, upstreams, useCast } from '../harness/node/cast.ts';
import { failedSteps } from './guide-steps.ts';
import type { Target } from './load.ts';
import { assertNoneFailed, startLoad } from './load-client.ts';

const both = Object.values<Upstream>(upstreams);

/** Clients of the gateway, of NGINX with the gateway's certificate, on new connections and on kept ones, and of NGINX without one. */
function targetsFor({ standIn, address }: Cast, upstream: Upstream, directory: string): readonly Target[] {
  const { name, path } = upstream;
  const url = `https://${address(upstream)}:8443${path}`;
  const pair = join(directory, name);
  const ca = join(pair, 'ca.crt');
  return [
    {
      name: `${name} through the gateway`,
      url: `http://${standIn.host}:${standIn.httpPort}${path}`,
      want: 200,
      keepAlive: true,
    },
    { name: `${name} on new connections`, url, want: 200, keepAlive: false, pair, ca },
    { name: `${name} on kept connections`, url, want: 200, keepAlive: true, pair, ca },
    { name: `${name} without a certificate`, url, want: 400, keepAlive: false, ca },
  ];
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly podIP: string };
}

/** What the agent tells at /status, as far as it is looked at here. */
interface AgentStatus {
  readonly ready: boolean;
  readonly nginx: { readonly master: number; readonly workers: readonly { readonly pid: number }[] };
  readonly counts: { readonly reloads: number };
}

describe('NGINX in pods, under load', () => {
  const used = useCast();
  let load: ReturnType<typeof startLoad>;

  const podsOf = async ({ label }: Upstream) => {
    const text = await used.cast.here(['get', 'pods', '-l', label, '-o', 'json']);
    const { items } = JSON.parse(text) as { readonly items: readonly Pod[] };
    // Without those that are about to end.
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, status }) => ({ name: metadata.name, address: status.podIP }));
  };
  const wantedLeaf = async ({ name }: Upstream) => {
    const pem = await used.cast.here(['get', 'secret', `${name}-server`, '-o', 'jsonpath={.data.tls\\.crt}']);
    return new X509Certificate(Buffer.from(pem, 'base64')).serialNumber;
  };
  const agentsOf = async (upstream: Upstream) => {
    const told = (await podsOf(upstream)).map(async ({ address }) => {
      const { stdout } = await used.cast.node.run('curl', ['-s', `http://${address}:9180/status`]);
      const { ready, nginx, counts } = JSON.parse(stdout) as AgentStatus;
      return { ready, master: nginx.master, workers: nginx.workers.map(({ pid }) => pid), reloads: counts.reloads };
    });
    return Promise.all(told);
  };
  const servedLeaf = async (host: string) => {
    const port = await used.cast.node.forward({ host, port: 8443 });
    const socket = connect({ host: '127.0.0.1', port, servername: 'test.com', rejectUnauthorized: false });
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5_000) });
      return socket.getPeerX509Certificate()?.serialNumber;
    } finally {
      socket.destroy();
    }
  };
  const untilServed = (upstream: Upstream, old: string) =>
    eventually(async () => {
      const wanted = await wantedLeaf(upstream);
      assert.notEqual(wanted, old, 'a new certificate is issued');
      const served = await Promise.all((await podsOf(upstream)).map(({ address }) => servedLeaf(address)));
      assert.deepEqual(served, [wanted, wanted]);
    });

  before('start the load', async function () {
    this.timeout(300_000);
    const { cast } = used;
    for (const { deployment } of both)
      await cast.here(['rollout', 'status', `deployment/${deployment}`, '--timeout=120s']);
    for (const { name } of both) await cast.untilReady('mtlsupstream', name);
    const directory = join(cast.node.directory, 'load');
    for (const { name } of both)
      await exportCertificate(cast.node.kubectl, `${name}-client`, cast.namespace, join(directory, name));
    load = startLoad(
      cast.node,
      both.flatMap((upstream) => targetsFor(cast, upstream, directory)),
    );
  });
  after('stop the load', () => load?.stop());

  for (const upstream of both) {
    it(`serves a renewed certificate of ${upstream.name} from both pods, through kubelet's volumes`, async () => {
      const old = await wantedLeaf(upstream);
      const renew = `mtls-operator.dev/renew=${old}`;
      await used.cast.here(['annotate', 'mtlsupstream', upstream.name, renew, '--overwrite']);
      await untilServed(upstream, old);
    });

    it(`serves the certificate of ${upstream.name} that takes the place of a deleted Secret`, async () => {
      const old = await wantedLeaf(upstream);
      await used.cast.here(['delete', 'secret', `${upstream.name}-server`]);
      await untilServed(upstream, old);
    });

    it(`replaces a pod of ${upstream.name} that is deleted`, async function () {
      this.timeout(150_000);
      const [pod] = await podsOf(upstream);
      await used.cast.here(['delete', 'pod', pod?.name ?? '']);
      await used.cast.here(['rollout', 'status', `deployment/${upstream.deployment}`, '--timeout=120s']);
    });

    it(`rolls the Deployment of ${upstream.name}`, async function () {
      this.timeout(150_000);
      await used.cast.here(['rollout', 'restart', `deployment/${upstream.deployment}`]);
      await used.cast.here(['rollout', 'status', `deployment/${upstream.deployment}`, '--timeout=120s']);
    });
  }

  it('reads a new certificate without a reload where NGINX can', async function () {
    this.timeout(300_000);
    const renewed = async () => {
      const [before, old] = [await agentsOf(upstreams.current), await wantedLeaf(upstreams.current)];
      await used.cast.here(['delete', 'secret', `${upstreams.current.name}-server`]);
      await untilServed(upstreams.current, old);
      const after = await eventually(async () => {
        const now = await agentsOf(upstreams.current);
        assert.ok(now.every(({ ready }) => ready));
        return now;
      });
      return { before, after };
    };
    // An agent whose NGINX takes 5 s, as on a busy machine, reloads it.
    let seen = await renewed();
    for (let attempt = 2; attempt <= 3 && !isDeepStrictEqual(seen.after, seen.before); attempt += 1)
      seen = await renewed();
    const logs = ['logs', '-l', upstreams.current.label, '-c', 'agent', '--tail=20', '--prefix'];
    assert.deepEqual(seen.after, seen.before, await used.cast.here(logs));
  });

  it('lost no request of all that, and accepted none without a certificate', async () => {
    const counted = await load.stop();
    for (const { name, requests, repeatable, failed } of counted)
      console.log(`      ${name}: ${requests} requests, ${repeatable} to be repeated by the client, ${failed} failed`);
    assertNoneFailed(counted, 300);
  });

  it('told no key and no token in any log of a pod', async () => {
    const { node, namespace } = used.cast;
    const places = [
      ...both.map(({ label }) => ['-n', namespace, '-l', label]),
      ['-n', operatorNamespace, '-l', 'app.kubernetes.io/name=mtls-operator'],
    ];
    // A pod that is about to end may be gone between kubectl's two questions.
    const texts = await eventually(() =>
      Promise.all(places.map((where) => node.kubectl(['logs', ...where, '--all-containers', '--tail=-1']))),
    );
    for (const text of texts) {
      assert.ok(text.length > 0);
      assert.doesNotMatch(text, /BEGIN [A-Z ]*KEY|a7ee-|x-api-key/i);
    }
  });

  it('is Ready afterwards, and both guides hold', async () => {
    for (const { name } of both) await used.cast.untilReady('mtlsupstream', name);
    assert.deepEqual(await failedSteps(used.cast), []);
  });
});
