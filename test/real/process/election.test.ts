import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { writeOperatorConfig } from '../../../deploy/local/parts/operator.ts';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const program = join(import.meta.dirname, '../../../src/main.ts');
const seconds = (count: number) => Temporal.Duration.from({ seconds: count });

interface Lease {
  readonly spec: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}

describe('two operators with one Lease', () => {
  const given = useWhole({ operator: false });
  let config: string;
  let kubeconfig: string;
  let born = 0;
  const running: Child[] = [];

  before('write their configuration', async () => {
    const { whole } = given;
    kubeconfig = await writeOperatorKubeconfig(whole.kubectl, whole.directory);
    config = writeOperatorConfig(whole.directory, whole.standIn, [whole.namespace]);
    elect('mtls-operator-system');
  });

  const elect = (namespace: string) =>
    writeFileSync(config, stringify({ ...parse(readFileSync(config, 'utf8')), leaderElection: { namespace } }));

  /** The next one, with more flags if need be; what it logs is asked of `said`. */
  const start = (...flags: readonly string[]): Child => {
    born += 1;
    const args = [program, '--config', config, '--kubeconfig', kubeconfig, '--log-level', 'debug', ...flags];
    const child = given.whole.processes.start({ name: `operator-${born}`, command: process.execPath, args });
    running.push(child);
    return child;
  };
  const said = (child: Child, message: string) => child.output().includes(`"msg":"${message}"`);
  const until = (child: Child, message: string, within = seconds(30)) =>
    eventually(
      () => assert.ok(said(child, message), `"${message}" was not said by ${child.name}: ${child.lastLines()}`),
      within,
    );
  const inSystem = ['-n', 'mtls-operator-system'];
  const lease = async (name: string, namespace: readonly string[]) =>
    JSON.parse(await given.whole.kubectl([...namespace, 'get', 'lease', name, '-o', 'json'])) as Lease;
  const timed = async (work: () => Promise<unknown>) => {
    const begin = performance.now();
    await work();
    return performance.now() - begin;
  };
  const stop = async (child: Child) => {
    process.kill(child.pid, 'SIGTERM');
    return await child.whenEnded;
  };

  it('are one that leads and one that stands by with filled caches and writes nothing', async () => {
    const { whole } = given;
    const first = start();
    await until(first, 'became the leader');
    const second = start();
    await until(second, 'caches are synced');
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    assert.ok(!said(second, 'operator is running'));
    assert.ok(!said(second, 'reconciled'));
  });

  it('let the standby lead within 3 s after the leader was stopped, which ends with code 0', async () => {
    const [first, second] = running;
    assert.ok(first && second);
    process.kill(first.pid, 'SIGTERM');
    assert.ok((await timed(() => until(second, 'became the leader'))) < 3_000);
    assert.equal(await first.whenEnded, 'exit code 0');
    assert.ok(said(first, 'released the lease'));
    assert.equal((await lease('mtls-operator', inSystem)).spec.leaseTransitions, 1);
  });

  it('let the standby lead within 20 s after the leader was killed', async function () {
    this.timeout(60_000);
    const [, second] = running;
    const third = start();
    await until(third, 'caches are synced');
    assert.ok(second);
    process.kill(second.pid, 'SIGKILL');
    assert.ok((await timed(() => until(third, 'became the leader'))) < 20_000);
    await given.whole.apply(aGateway({ name: 'after', hosts: ['after.example'] }));
    await given.whole.ready('mgw', 'after');
  });

  it('end at once with an error when the Lease is stolen', async () => {
    const { whole } = given;
    const third = running.at(-1);
    assert.ok(third);
    const thief = JSON.stringify({ spec: { holderIdentity: 'thief', leaseDurationSeconds: 1 } });
    await whole.kubectl([...inSystem, 'patch', 'lease', 'mtls-operator', '--type=merge', '-p', thief]);
    assert.equal(await third.whenEnded, 'exit code 1');
    assert.match(third.output(), /"reason":"LeaseLost"/);
    assert.ok(!said(third, 'released the lease'));
    assert.equal((await lease('mtls-operator', inSystem)).spec.holderIdentity, 'thief');
    await whole.kubectl([...inSystem, 'delete', 'lease', 'mtls-operator']);
  });

  it('share the resources as shards, each with a Lease of its own', async () => {
    const { whole } = given;
    // The shipped rights are for one Lease; whoever shards has one for each.
    const rules = ['--verb=create,get,patch', '--resource=leases.coordination.k8s.io'];
    await whole.here(['create', 'role', 'leader', ...rules]);
    const operator = '--serviceaccount=mtls-operator-system:mtls-operator';
    await whole.here(['create', 'rolebinding', 'leader', '--role=leader', operator]);
    elect(whole.namespace);
    const shards = [start('--shard', '0/2'), start('--shard', '1/2')];
    for (const shard of shards) await until(shard, 'became the leader');
    const names = Array.from({ length: 6 }, (_, index) => `shard-${index}`);
    await whole.apply(...names.map((name) => aGateway({ name, hosts: [`${name}.example`] })));
    for (const name of names) await whole.ready('mgw', name);
    const doing = (shard: Child, name: string) =>
      shard
        .output()
        .split('\n')
        .some((line) => line.includes(`"key":"${whole.namespace}/${name}"`));
    for (const name of names) {
      assert.equal(shards.filter((shard) => doing(shard, name)).length, 1, `${name} is of one shard alone`);
    }
    assert.ok((await lease('mtls-operator-shard-1-of-2', ['-n', whole.namespace])).spec.holderIdentity);
    for (const shard of shards) assert.equal(await stop(shard), 'exit code 0');
  });
});
