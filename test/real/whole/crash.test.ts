import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { startOperator, writeOperatorConfig } from '../../../deploy/local/parts/operator.ts';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

/** Milliseconds after the start of work at which the operator is killed; a whole run takes about 300. */
const moments = [0, 15, 30, 50, 70, 90, 120, 150, 200, 260];

describe('an operator that is killed', () => {
  const given = useWhole({ operator: false });
  let config: string;
  let kubeconfig: string;

  before(async () => {
    const { whole } = given;
    config = writeOperatorConfig(whole.directory, whole.standIn, [whole.namespace]);
    kubeconfig = await writeOperatorKubeconfig(whole.kubectl, whole.directory);
  });

  const start = () => startOperator(given.whole.processes, config, kubeconfig);

  const killAfter = async (operator: Child, milliseconds: number) => {
    await pause(milliseconds);
    process.kill(operator.pid, 'SIGKILL');
    await operator.whenEnded;
  };

  /** What a crash must never multiply or lose. */
  const heldCas = async () => {
    const { items } = JSON.parse(
      await given.whole.here(['get', 'secret', '-l', 'mtls-operator.dev/role=ca', '-o', 'json']),
    ) as { items: readonly { metadata: { name: string }; data: Record<string, string> }[] };
    return new Map(items.map(({ metadata, data }) => [metadata.name, data['tls.key']]));
  };

  it(`converges after each of ${moments.length} kills: no second CA, no lost key, nothing left over`, async function () {
    this.timeout(180_000);
    const { whole } = given;
    const seen = new Map<string, string | undefined>();
    for (const [round, moment] of moments.entries()) {
      await whole.apply(aGateway({ name: `crash-${round}`, hosts: [`crash-${round}.example`] }));
      await killAfter(await start(), moment);
      for (const [name, key] of await heldCas()) {
        assert.equal(seen.get(name) ?? key, key, `${name} after the kill at ${moment} ms`);
        seen.set(name, key);
      }
    }
    await start();
    for (const round of moments.keys()) await whole.ready('mgw', `crash-${round}`);
    const after = await heldCas();
    for (const [name, key] of seen) assert.equal(after.get(name), key, name);
    assert.equal(after.size, moments.length);
    assert.equal((await whole.gatewayObjects()).length, 3 * moments.length);
  });

  it('finishes deletions that a kill interrupted', async function () {
    this.timeout(120_000);
    const { whole } = given;
    await whole.here(['delete', 'mgw', '--all', '--wait=false']);
    for (const moment of [0, 40, 80]) await killAfter(await start(), moment);
    await start();
    await eventually(async () => {
      assert.equal((await whole.here(['get', 'mgw', '-o', 'name'])).trim(), '');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });
  });
});
