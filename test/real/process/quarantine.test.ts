import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { writeOperatorConfig } from '../../../deploy/local/parts/operator.ts';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const program = join(import.meta.dirname, '../../../src/main.ts');

const deadly = 'deadly';
const alone = 'reconciles this resource alone: an operator crashed while it reconciled it';

/** A kill cannot be told from the end that the kernel gives to a process without memory. */
describe('an operator that dies on one resource', function () {
  this.timeout(300_000);
  const given = useWhole({ operator: false });
  /** An NGINX that takes connections and never says anything: whoever works on it does so for seconds. */
  let silent: Server;
  let args: readonly string[];
  let born = 0;
  let running: Child | undefined;

  before('write its configuration, with a directory that outlives it', async () => {
    const { whole } = given;
    const kubeconfig = await writeOperatorKubeconfig(whole.kubectl, whole.directory);
    const config = writeOperatorConfig(whole.directory, whole.standIn, [whole.namespace]);
    const stateDirectory = join(whole.directory, 'state');
    mkdirSync(stateDirectory);
    writeFileSync(config, stringify({ ...parse(readFileSync(config, 'utf8')), stateDirectory }));
    args = [program, '--config', config, '--kubeconfig', kubeconfig, '--log-level', 'debug'];
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    silent.close();
    await kill();
  });

  const start = () => {
    born += 1;
    running = given.whole.processes.start({ name: `mortal-${born}`, command: process.execPath, args: [...args] });
    return running;
  };
  const kill = async () => {
    if (running === undefined || running.ended !== undefined) return;
    process.kill(running.pid, 'SIGKILL');
    await running.whenEnded;
  };
  const lines = (child: Child) =>
    child
      .output()
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));
  const says = async (child: Child, message: string) =>
    eventually(() =>
      assert.ok(
        lines(child).some(({ msg }) => msg === message),
        child.output().slice(-2000),
      ),
    );
  const kept = (file: string) => readFileSync(join(given.whole.directory, 'state', file), 'utf8');
  const killWhileOnIt = async () => {
    await eventually(() => assert.ok(kept('under-way').includes(deadly)));
    await kill();
  };
  const reasonOf = async (kind: string, name: string) => {
    const { status } = await given.whole.get(kind, name);
    return status?.conditions?.find(({ type }) => type === 'Ready')?.reason;
  };

  it('sets it aside, goes on with all others, and leaves it alone after a second death', async () => {
    const { whole } = given;
    const { port } = silent.address() as { port: number };
    start();
    await whole.apply(aGateway({ name: 'victim', hosts: ['victim.example'] }));
    await whole.ready('mtlsgateway', 'victim');
    await whole.apply(anUpstream({ name: deadly, port }));
    await eventually(async () => assert.ok(await whole.exists('configmap', `${deadly}-nginx`)));
    await killWhileOnIt();

    const second = start();
    await says(second, alone);
    const told = lines(second).find(({ underWay }) => underWay !== undefined);
    assert.deepEqual(
      (told?.['underWay'] as readonly { name: string }[] | undefined)?.map(({ name }) => name),
      [deadly],
    );
    await killWhileOnIt();

    start();
    await whole.until('mtlsupstream', deadly, 'Ready', 'False', 'Quarantined');
    await eventually(async () =>
      assert.match(
        (await whole.told('MtlsUpstream', deadly)).join('\n'),
        /^Warning Quarantined: The operator crashed twice/m,
      ),
    );
    await whole.apply(aGateway({ name: 'another', hosts: ['another.example'] }));
    await whole.ready('mtlsgateway', 'another');
    assert.equal(await reasonOf('mtlsupstream', deadly), 'Quarantined');
    assert.equal(await reasonOf('mtlsgateway', 'victim'), 'Ready');
  });

  it('tries it once more, alone, after an edit, and goes on with it where it lives', async () => {
    const { whole } = given;
    assert.ok(running);
    const patch = JSON.stringify({ spec: { deletionPolicy: 'Retain' } });
    await whole.here(['patch', 'mtlsupstream', deadly, '--type=merge', '-p', patch]);
    await says(running, alone);
    await whole.until('mtlsupstream', deadly, 'Ready', 'False', 'NginxUnreachable');
    await eventually(() => assert.equal(kept('suspects'), ''));
  });

  it('lets it be deleted after two more deaths', async () => {
    const { whole } = given;
    await whole.touch('mtlsupstream', deadly);
    await killWhileOnIt();
    await says(start(), alone);
    await killWhileOnIt();
    start();
    await whole.until('mtlsupstream', deadly, 'Ready', 'False', 'Quarantined');
    await whole.here(['delete', 'mtlsupstream', deadly, '--timeout=60s']);
    assert.ok(!(await whole.exists('mtlsupstream', deadly)));
    await whole.ready('mtlsgateway', 'victim');
  });
});
