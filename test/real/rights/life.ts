import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { OperatorConfig } from '../../../src/api/operator-config.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { type Deployment, rollOut } from '../../harness/roll-out.ts';
import type { Whole } from '../../harness/whole.ts';

const release = 'mtls-operator-system';
const managed = 'mtls-nginx-nginx';

interface Selecting {
  readonly spec: { readonly selector: Readonly<Record<string, string>> };
}

interface Budget {
  readonly spec: { readonly maxUnavailable: number };
}

const seconds = (count: number) => Temporal.Duration.from({ seconds: count });

const leaderElection = {
  namespace: release,
  name: 'mtls-operator',
  leaseDuration: seconds(15),
  renewDeadline: seconds(10),
  retryPeriod: seconds(1),
};
const managedNginx = {
  agentImage: 'registry.example/mtls-operator:0.1.0',
  image: 'nginxinc/nginx-unprivileged:1.29',
  allowedImages: [],
};

/** To be called inside of `describe`: both kinds from the first certificate to the last, so that each right is needed. */
export function describeLife(given: { readonly whole: Whole }, config: () => OperatorConfig): void {
  let port: number;
  const locations = [{ path: '/hello', return: { status: 200, body: 'Hello API7!' } }];
  const upstream = (nginx: object = {}) =>
    anUpstream({ port, spec: { nginx: { listen: port, serverName: 'test.com', locations, ...nginx } } });
  const clients = (...names: readonly string[]) => names.map((name) => ({ name, commonName: name.toUpperCase() }));
  const uidOf = async (kind: string, name: string) =>
    (await given.whole.get<{ readonly metadata: { readonly uid: string } }>(kind, name)).metadata.uid;
  const bothReady = async () => {
    await given.whole.ready('mgw', 'test-com');
    await given.whole.ready('mup', 'mtls-nginx');
  };
  const seriesIn = async (namespace: string) => {
    const json = await given.whole.kubectl(['-n', namespace, 'get', 'events.events.k8s.io', '-o', 'json']);
    const { items } = JSON.parse(json) as {
      readonly items: readonly { readonly series?: { readonly count: number } }[];
    };
    return items.filter(({ series }) => series !== undefined).length;
  };

  it('begins as two replicas, 61 days ago, of which one leads', async () => {
    const { whole } = given;
    // Two thirds of 90 days have passed when the clock is put right; real TLS stacks take the certificates before and after.
    whole.clockOffset = Temporal.Duration.from({ hours: -61 * 24 });
    port = await freePort();
    await whole.startNginx();
    const options = { config: { ...config(), leaderElection, managedNginx, livenessInterval: seconds(1) } };
    await whole.startOperatorWith(options, options);
    await eventually(() => assert.ok(whole.logs.some((line) => line.includes('became the leader'))));
  });

  it('sets up an MtlsUpstream, and renews its certificates once they are due', async () => {
    const { whole } = given;
    await whole.apply(upstream());
    await whole.ready('mup', 'mtls-nginx');
    const leaf = async () => (await whole.secret('mtls-nginx-client'))['tls.crt'];
    const before = await leaf();
    whole.clockOffset = seconds(0);
    await whole.touch('mup', 'mtls-nginx');
    await eventually(async () => assert.notEqual(await leaf(), before));
    await whole.ready('mup', 'mtls-nginx');
  });

  it('sets up an MtlsGateway', async () => {
    await given.whole.apply(aGateway({ spec: { clients: clients('curl', 'other') } }));
    await bothReady();
  });

  for (const { kind, name } of [
    { kind: 'secret', name: 'test-com-curl' },
    { kind: 'configmap', name: 'mtls-nginx-nginx' },
  ]) {
    it(`makes a ${kind} anew that was deleted, twice, and has the second time counted`, async () => {
      const { whole } = given;
      for (const _ of ['once', 'twice']) {
        const before = await uidOf(kind, name);
        await whole.here(['delete', kind, name]);
        await eventually(async () => assert.notEqual(await uidOf(kind, name), before));
        await bothReady();
      }
      if (kind === 'secret') await eventually(async () => assert.ok((await seriesIn(whole.namespace)) > 0));
    });

    it(`finds its ${kind} again whose labels were taken off`, async () => {
      const { whole } = given;
      await whole.here(['label', kind, name, 'app.kubernetes.io/managed-by-']);
      const labels = () => whole.here(['get', kind, name, '-o', 'jsonpath={.metadata.labels}']);
      await eventually(async () => assert.match(await labels(), /managed-by/));
      await bothReady();
    });
  }

  it('runs NGINX where a resource asks for it, follows an edit, and removes it again', async () => {
    const { whole } = given;
    const replicas = async () => (await whole.get<Deployment>('deployment', managed)).spec.replicas;
    for (const count of [2, 3]) {
      await whole.apply(upstream({ deployment: { replicas: count } }));
      await eventually(async () => assert.equal(await replicas(), count));
      await rollOut(whole, managed);
      await whole.ready('mup', 'mtls-nginx');
    }
    // No field of the spec changes these two: they are repaired of what somebody else wrote.
    const instance = 'app.kubernetes.io/instance';
    const patch = (kind: string, spec: object) =>
      whole.here(['patch', kind, managed, '--type=merge', '-p', JSON.stringify({ spec })]);
    await patch('service', { selector: { [instance]: 'theirs' } });
    await patch('pdb', { maxUnavailable: 2 });
    await whole.touch('mup', 'mtls-nginx');
    await eventually(async () => {
      const service = await whole.get<Selecting>('service', managed);
      assert.equal(service.spec.selector[instance], 'mtls-nginx');
      assert.equal((await whole.get<Budget>('pdb', managed)).spec.maxUnavailable, 1);
    });
    await whole.apply(upstream());
    await eventually(async () => {
      for (const kind of ['deployment', 'service', 'pdb']) assert.equal(await whole.exists(kind, managed), false, kind);
    });
  });

  it('tells of a gateway that goes away twice, and has the second time counted', async () => {
    const { whole } = given;
    const told = (reason: string) => whole.logs.filter((line) => line.includes(`gateway ${reason}`)).length;
    for (const times of [1, 2]) {
      await whole.fault({ close: true });
      await eventually(() => assert.equal(told('cannot be reached'), times));
      await whole.fault({});
      await eventually(() => assert.equal(told('answers again'), times));
    }
    await eventually(async () => assert.ok((await seriesIn(release)) > 0));
    await bothReady();
  });

  it('removes what the specs no longer ask for', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ spec: { clients: clients('curl') } }), upstream({ configMapName: 'renamed' }));
    await eventually(async () => {
      assert.equal(await whole.exists('secret', 'test-com-other'), false);
      assert.equal(await whole.exists('configmap', 'mtls-nginx-nginx'), false);
    });
  });

  it('ends both, and lets the next one lead', async () => {
    const { whole } = given;
    await whole.here(['delete', 'mgw/test-com', 'mup/mtls-nginx', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects(), []);
    await whole.stopOperator();
    assert.ok(whole.logs.some((line) => line.includes('released the lease')));
  });
}
