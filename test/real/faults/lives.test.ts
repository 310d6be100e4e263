import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { startOperator, writeOperatorConfig } from '../../../deploy/local/parts/operator.ts';
import { leaseType } from '../../../src/election/leases.ts';
import type { OperatorOptions } from '../../../src/operator/options.ts';
import { clockTolerance } from '../../../src/watch/clock-skew.ts';
import { eventually } from '../../harness/eventually.ts';
import type { FaultyProxy } from '../../harness/faulty-proxy.ts';
import { createAuthority } from '../stand-in/authority.ts';
import { assertConverged } from './audit.ts';
import { kubeTimeouts, startProxy, useStage, writeKubeconfigThrough } from './stage.ts';

const seconds = (count: number) => Temporal.Duration.from({ seconds: count });
const system = ['-n', 'mtls-operator-system'];

describe('the whole operator is sound after', () => {
  const given = useStage();
  let proxy: FaultyProxy;

  before('start a proxy and make the first resources', async () => {
    proxy = await startProxy(given.stage.whole);
    await given.stage.changeTheWorld();
    await given.stage.changeTheWorld();
  });
  afterEach(async () => {
    proxy.rule = () => undefined;
    given.stage.whole.clockOffset = seconds(0);
    // What ended it was judged by its test.
    await given.stage.whole.stopOperator().catch(() => {});
  });

  const start = async (path?: string, config = given.stage.config, parts: Partial<OperatorOptions> = {}) => {
    const { whole } = given.stage;
    const kubeconfig = path ?? (await writeKubeconfigThrough(whole, proxy));
    await whole.startOperatorWith({ config, source: { kind: 'file', path: kubeconfig }, kubeTimeouts, ...parts });
  };
  const seen = (count: number, what: RegExp) => {
    const before = proxy.requests.length;
    return eventually(() =>
      assert.ok(
        proxy.requests.slice(before).filter(({ url }) => what.test(url)).length >= count,
        `${count} of ${what}`,
      ),
    );
  };

  it('a start while the API server is away, which it outlasts', async () => {
    const { stage } = given;
    proxy.rule = () => ({ kind: 'reset' });
    await Promise.all([seen(10, /./), start()]);
    await stage.changeTheWorld();
    proxy.rule = () => undefined;
    await stage.assertSound();
  });

  it('a stop in the middle of a list, which ends it at once', async () => {
    const { stage } = given;
    proxy.rule = ({ url, watch }) => (url.includes('limit=') && !watch ? { kind: 'silence' } : undefined);
    await Promise.all([seen(4, /limit=/), start()]);
    const before = performance.now();
    await stage.whole.stopOperator();
    assert.ok(performance.now() - before < 1_000, 'it ended at once');
    const requests = proxy.requests.length;
    await stage.changeTheWorld();
    assert.equal(proxy.requests.length, requests, 'it asks for nothing any more');
    proxy.rule = () => undefined;
    await start();
    await stage.assertSound();
  });

  const startAnother = async () => {
    const { whole } = given.stage;
    const directory = join(whole.directory, 'another');
    const config = writeOperatorConfig(directory, whole.standIn, [whole.namespace]);
    return startOperator(whole.processes, config, await writeOperatorKubeconfig(whole.kubectl, directory));
  };

  it('a deletion of what another operator made while this one heard of nothing', async () => {
    const { whole, population, assertSound } = given.stage;
    const member = { kind: 'MtlsGateway', name: 'of-another', edited: false } as const;
    await start();
    await assertSound();
    proxy.rule = () => ({ kind: 'reset' });
    proxy.resetWatches();
    const another = await startAnother();
    await population.put(member);
    await eventually(() => assertConverged(whole, population.members), seconds(30));
    await another.stop();
    await population.remove(member);
    proxy.rule = () => undefined;
    await assertSound();
  });

  it('a resource that somebody let go without its finalizer while this one heard of nothing', async () => {
    const { whole, population, assertSound } = given.stage;
    const member = { kind: 'MtlsGateway', name: 'let-go', edited: false } as const;
    await population.put(member);
    await start();
    await assertSound();
    proxy.rule = ({ url }) => (url.includes('mtlsgateways') ? { kind: 'reset' } : undefined);
    proxy.resetWatches();
    await population.remove(member);
    await whole.here(['patch', 'mgw', member.name, '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    // As the garbage collector does some time later; of this it does hear.
    await whole.here(['delete', 'secret', `${member.name}-ca`, '--ignore-not-found', '--wait=false']);
    proxy.rule = () => undefined;
    await assertSound();
  });

  it('two starts without an election: two operators that do everything at the same time', async () => {
    const { stage } = given;
    const second = await startAnother();
    try {
      await start();
      for (let round = 0; round < 3; round += 1) await stage.changeTheWorld();
      // What one has removed the other may still remove once more, which does no harm and comes to an end.
      await eventually(() => stage.assertSound());
    } finally {
      await second.stop();
    }
    await stage.changeTheWorld();
    await stage.assertSound();
  });

  it('a Lease that was stolen: it ends, and the next one takes up what was left', async () => {
    const { stage } = given;
    const { whole } = stage;
    const leaderElection = {
      ...{ namespace: 'mtls-operator-system', name: 'mtls-operator' },
      ...{ leaseDuration: seconds(3), renewDeadline: seconds(2), retryPeriod: Temporal.Duration.from('PT0.5S') },
    };
    const lease = [leaseType.plural, leaderElection.name];
    await start(undefined, { ...stage.config, leaderElection });
    await eventually(() => assert.ok(whole.logs.some((line) => line.includes('became the leader'))));
    await stage.changeTheWorld();
    const thief = JSON.stringify({ spec: { holderIdentity: 'thief', leaseDurationSeconds: 1 } });
    await whole.kubectl([...system, 'patch', ...lease, '--type=merge', '-p', thief]);
    await assert.rejects(whole.running, { reason: 'LeaseLost' });
    await stage.changeTheWorld();
    await start(undefined, { ...stage.config, leaderElection });
    await stage.assertSound();
    await whole.stopOperator();
    await whole.kubectl([...system, 'delete', ...lease]);
  });

  it('a clock that was set forward by 4 minutes and right again', async () => {
    const { stage } = given;
    await start();
    await stage.changeTheWorld();
    // Certificates are backdated by five minutes: before those have passed, what was issued ahead of time is valid at once.
    stage.whole.clockOffset = Temporal.Duration.from({ minutes: 4 });
    await stage.changeTheWorld();
    await stage.assertSound();
    stage.whole.clockOffset = seconds(0);
    await stage.changeTheWorld();
    await stage.assertSound();
  });

  it('a clock that was set back by 40 minutes, by which nothing is written, and right again', async () => {
    const { stage } = given;
    const { whole } = stage;
    await start(undefined, stage.config, { clockTolerance });
    await stage.changeTheWorld();
    await stage.assertSound();
    whole.clockOffset = Temporal.Duration.from({ minutes: -40 });
    whole.kubeRequests.length = 0;
    await stage.changeTheWorld();
    await eventually(() => assert.match(whole.logs.join(''), /clock differs from that of the API server/), seconds(30));
    assert.deepEqual(whole.kubeWrites(), []);
    whole.clockOffset = seconds(0);
    await stage.changeTheWorld();
    await stage.assertSound();
  });

  it('a serving certificate of another CA, and a CA file that follows later', async () => {
    const { stage } = given;
    const { whole } = stage;
    const issue = async (name: string) => {
      const authority = await createAuthority(whole.directory, name);
      const dnsNames = ['kubernetes'];
      return { authority, pair: await authority.issue({ commonName: name, usage: 'serverAuth', dnsNames }) };
    };
    const [older, newer] = [await issue('older'), await issue('newer')];
    const caFile = join(whole.directory, 'api-server-ca.crt');
    writeFileSync(caFile, older.authority.certificate);
    const tls = await startProxy(whole, older.pair);
    const cluster = { 'certificate-authority': caFile, 'tls-server-name': 'kubernetes' };
    await start(await writeKubeconfigThrough(whole, tls, { cluster }));
    await stage.assertSound();
    whole.kubeRequests.length = 0;
    tls.rotateCertificate(newer.pair);
    await stage.changeTheWorld();
    const refused = () => whole.kubeRequests.filter(({ code }) => code === undefined).length;
    await eventually(() => assert.ok(refused() >= 8, `${refused()} refused`));
    writeFileSync(caFile, newer.authority.certificate);
    await stage.assertSound();
  });

  it('a token that the API server refuses, and a new one in the token file', async () => {
    const { stage } = given;
    const { whole } = stage;
    // The API server refuses a token when the object that it is bound to is gone.
    await whole.kubectl([...system, 'create', 'secret', 'generic', 'token-binding']);
    const uid = await whole.kubectl([...system, 'get', 'secret', 'token-binding', '-o', 'jsonpath={.metadata.uid}']);
    const binding = ['--bound-object-kind=Secret', '--bound-object-name=token-binding', `--bound-object-uid=${uid}`];
    const create = (more: readonly string[]) => whole.kubectl([...system, 'create', 'token', 'mtls-operator', ...more]);
    const tokenFile = join(whole.directory, 'token');
    writeFileSync(tokenFile, await create(binding), { mode: 0o600 });
    await start(await writeKubeconfigThrough(whole, proxy, { user: { tokenFile } }));
    await stage.assertSound();
    await whole.kubectl([...system, 'delete', 'secret', 'token-binding']);
    await eventually(async () => {
      await whole.here(['annotate', 'mgw,mup', '--all', `touched=${Temporal.Now.instant()}`, '--overwrite']);
      proxy.resetWatches();
      assert.ok(
        whole.kubeRequests.some(({ code }) => code === 401),
        'refused',
      );
    });
    await stage.changeTheWorld();
    writeFileSync(tokenFile, await create([]));
    await stage.assertSound();
  });
});
