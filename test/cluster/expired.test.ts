import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { layoutOf } from '../../deploy/local/node/layout.ts';
import { eventually } from '../harness/eventually.ts';
import { useCast } from '../harness/node/cast.ts';
import { failedSteps } from './guide-steps.ts';

/** Longer than the lifetime of a CA, in hours: a duration of months has no length of its own. */
const sixYears = Temporal.Duration.from({ hours: 6 * 365 * 24 });
const healsWithin = 60;

interface StoredSecret {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly data: Readonly<Record<string, string>>;
}

/** As if the node had been off for six years: the clock of a machine that others use is not changed for a test. */
describe('both guides, in pods, after everything has expired', () => {
  const used = useCast();
  const ours = async (): Promise<readonly StoredSecret[]> => {
    const selector = 'app.kubernetes.io/managed-by=mtls-operator';
    return JSON.parse(await used.cast.here(['get', 'secrets', '-l', selector, '-o', 'json'])).items;
  };
  const ends = async () =>
    (await ours()).map(({ data }) =>
      new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64')).validToDate.getTime(),
    );

  /** What the chart has written, with files of this machine. */
  const writeConfig = async (directory: string) => {
    const { standIn } = used.cast;
    const text = await used.cast.inOperator([
      'get',
      'configmap',
      'mtls-operator-config',
      '-o',
      'jsonpath={.data.config\\.yaml}',
    ]);
    const { metricsAddress: _, healthAddress: __, stateDirectory: ___, ...config } = parse(text);
    Object.assign(config.gateways[0], { tokenFile: standIn.tokenFile, caFile: standIn.caFile });
    const file = join(directory, 'config.yaml');
    writeFileSync(file, stringify(config));
    return file;
  };
  /** With the rights of the operator. */
  const writeKubeconfig = async (directory: string) => {
    const { controlPlane } = layoutOf(join(used.cast.node.directory, 'node'));
    const config = JSON.parse(readFileSync(join(controlPlane, 'admin.kubeconfig'), 'utf8'));
    const token = await used.cast.inOperator(['create', 'token', 'mtls-operator', '--duration=1h']);
    config.users[0].user = { token: token.trim() };
    const file = join(directory, 'kubeconfig');
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  };
  const startOperatorOfThePast = async () => {
    const { node } = used.cast;
    const directory = join(node.directory, 'past');
    mkdirSync(directory);
    const program = join(import.meta.dirname, 'operator-of-the-past.ts');
    const flags = [await writeConfig(directory), await writeKubeconfig(directory), sixYears.toString()];
    const [command = '', ...args] = [...node.enter, process.execPath, program, ...flags];
    return node.processes.start({ name: 'operator-of-the-past', command, args });
  };

  before('have everything issued six years ago', async function () {
    this.timeout(300_000);
    await used.cast.allReady();
    await used.cast.inOperator(['scale', 'deployment/mtls-operator', '--replicas=0']);
    await used.cast.inOperator([
      'wait',
      '--for=delete',
      'pod',
      '-l',
      'app.kubernetes.io/name=mtls-operator',
      '--timeout=90s',
    ]);
    const before = await ours();
    await used.cast.here(['delete', 'secret', '--wait=false', ...before.map(({ metadata }) => metadata.name)]);
    const past = await startOperatorOfThePast();
    await eventually(
      async () => {
        const now = await ours();
        assert.equal(now.length, before.length, past.lastLines());
        for (const { metadata } of now)
          assert.ok(!before.some(({ metadata: { uid } }) => uid === metadata.uid), metadata.name);
      },
      Temporal.Duration.from({ minutes: 2 }),
    );
    // The gateway gets them, too.
    await eventually(async () => assert.notDeepEqual(await failedSteps(used.cast), []));
    await past.stop();
  });

  it('have nothing left that is valid, and guides that do not hold', async () => {
    for (const end of await ends()) assert.ok(end < Date.now());
    assert.notDeepEqual(await failedSteps(used.cast), []);
  });

  it('hold again within a minute of the start of the operator, by themselves', async function () {
    this.timeout(200_000);
    await used.cast.inOperator(['scale', 'deployment/mtls-operator', '--replicas=2']);
    await used.cast.inOperator(['rollout', 'status', 'deployment/mtls-operator', '--timeout=60s']);
    const started = performance.now();
    await eventually(async () => {
      for (const end of await ends()) assert.ok(end > Date.now());
      assert.deepEqual(await failedSteps(used.cast), []);
    });
    await used.cast.allReady();
    const took = (performance.now() - started) / 1000;
    console.log(`      ${took.toFixed(1)} s until both guides held`);
    assert.ok(took < healsWithin, `${took} s`);
  });
});
