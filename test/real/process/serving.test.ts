import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { writeOperatorConfig } from '../../../deploy/local/parts/operator.ts';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const program = join(import.meta.dirname, '../../../src/main.ts');

describe('the operator as a process', () => {
  const given = useWhole({ operator: false });
  let config: string;
  let kubeconfig: string;
  let health: number;
  let metrics: number;
  let born = 0;
  const running: Child[] = [];

  before('write its configuration', async () => {
    const { whole } = given;
    [health, metrics] = [await freePort(), await freePort()];
    kubeconfig = await writeOperatorKubeconfig(whole.kubectl, whole.directory);
    config = writeOperatorConfig(whole.directory, whole.standIn, [whole.namespace]);
    set({ healthAddress: `127.0.0.1:${health}`, metricsAddress: `127.0.0.1:${metrics}`, gracePeriod: '2s' });
  });

  const set = (change: object) =>
    writeFileSync(config, stringify({ ...parse(readFileSync(config, 'utf8')), ...change }));
  const start = (cluster = kubeconfig): Child => {
    born += 1;
    const args = [program, '--config', config, '--kubeconfig', cluster, '--log-level', 'debug'];
    const child = given.whole.processes.start({ name: `operator-${born}`, command: process.execPath, args });
    running.push(child);
    return child;
  };
  const page = async (port: number, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  const ready = () => eventually(async () => assert.equal((await page(health, '/readyz')).status, 200));
  const end = async (child: Child) => {
    process.kill(child.pid, 'SIGTERM');
    return child.whenEnded;
  };

  // A test that fails must not leave its process to the next one.
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.ended === undefined) process.kill(child.pid, 'SIGKILL');
      await child.whenEnded;
    }
  });

  it('is ready once its caches are filled, is healthy, and serves metrics', async () => {
    const child = start();
    await ready();
    await eventually(() => assert.ok(child.output().includes('caches are synced')));
    assert.deepEqual(await page(health, '/healthz'), { status: 200, body: 'ok\n' });
    const { status, body } = await page(metrics, '/metrics');
    assert.equal(status, 200);
    assert.match(body, /^mtls_operator_build_info\{version="\d+\.\d+\.\d+",node="v\d+/m);
    await eventually(async () =>
      assert.match(
        (await page(metrics, '/metrics')).body,
        /^leader_election_master_status\{name="mtls-operator"\} 1$/m,
      ),
    );
    assert.equal((await page(health, '/metrics')).status, 404);
    assert.equal(await end(child), 'exit code 0');
  });

  it('is not ready while it cannot reach the API server, and healthy all the same', async () => {
    const elsewhere = join(given.whole.directory, 'elsewhere');
    const text = readFileSync(kubeconfig, 'utf8');
    writeFileSync(elsewhere, text.replace(/https:\/\/127\.0\.0\.1:\d+/, `https://127.0.0.1:${await freePort()}`));
    const child = start(elsewhere);
    await eventually(async () => {
      const { status, body } = await page(health, '/readyz');
      assert.equal(status, 503);
      assert.match(body, /\[-\]caches: not every cache is synced yet/);
    });
    assert.equal((await page(health, '/healthz')).status, 200);
    assert.equal(await end(child), 'exit code 0');
  });

  it('says in a sentence that an address is taken, and ends with code 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(health, '127.0.0.1', resolve));
    const child = start();
    assert.equal(await child.whenEnded, 'exit code 1');
    assert.match(child.output(), /"reason":"AddressUnusable","msg":"Cannot listen at 127\.0\.0\.1:\d+ \(EADDRINUSE\)/);
    await new Promise((resolve) => other.close(resolve));
  });

  describe('with a data plane that never answers', () => {
    let silent: Server;
    before(async () => {
      silent = createServer(() => {});
      const port = await freePort();
      await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
      const { gateways, ...rest } = parse(readFileSync(config, 'utf8'));
      set({ ...rest, gateways: [{ ...gateways[0], dataPlane: { https: [`127.0.0.1:${port}`] } }] });
    });
    after(() => silent.close());

    const busy = async () => {
      const child = start();
      await ready();
      await given.whole.apply(aGateway({ name: `busy-${born}`, hosts: [`busy-${born}.example`] }));
      await eventually(() => assert.ok(child.output().includes('wrote gateway object')));
      return child;
    };

    it('cuts a reconcile off after the grace period, and ends with code 0', async function () {
      this.timeout(30_000);
      const child = await busy();
      const begin = performance.now();
      assert.equal(await end(child), 'exit code 0');
      assert.ok(performance.now() - begin < 6_000);
    });

    it('ends at the second signal at once', async function () {
      this.timeout(30_000);
      const child = await busy();
      process.kill(child.pid, 'SIGTERM');
      await eventually(async () => assert.equal((await page(health, '/readyz')).status, 503));
      const begin = performance.now();
      process.kill(child.pid, 'SIGTERM');
      assert.equal(await child.whenEnded, 'exit code 1');
      assert.match(child.output(), /"signal":"SIGTERM","msg":"second signal to stop: ends at once"/);
      assert.ok(performance.now() - begin < 1_000);
    });
  });
});
