import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { writeOperatorConfig } from '../../../deploy/local/parts/operator.ts';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { eventually } from '../../harness/eventually.ts';
import { assertConverged, assertNoOrphan, assertSilent } from './audit.ts';
import { type Kill, planKills, planSteps, type Step } from './kill-plan.ts';
import { useStage } from './stage.ts';

const program = join(import.meta.dirname, '../../../src/main.ts');
const minute = Temporal.Duration.from({ minutes: 1 });

/** `FAULTS_SEED=…` repeats a run's steps and moments. */
const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));
const kills = 100;
const killsOfLeader = 6;
const resources = 50;

describe(`an operator that is killed (FAULTS_SEED=${seed})`, () => {
  const given = useStage();
  let config: string;
  let kubeconfig: string;
  let born = 0;
  let last: Child | undefined;

  before('write its configuration', async () => {
    const { whole } = given.stage;
    config = writeOperatorConfig(whole.directory, whole.standIn, [whole.namespace]);
    kubeconfig = await writeOperatorKubeconfig(whole.kubectl, whole.directory);
  });

  const start = (): Child => {
    born += 1;
    const args = [program, '--config', config, '--kubeconfig', kubeconfig, '--log-level', 'debug'];
    last = given.stage.whole.processes.start({ name: `operator-${born}`, command: process.execPath, args });
    return last;
  };
  const runs = (child: Child) =>
    eventually(() =>
      assert.ok(child.output().includes('"operator is running"'), `${child.name}: ${child.lastLines()}`),
    );
  const kill = async (child: Child) => {
    process.kill(child.pid, 'SIGKILL');
    await child.whenEnded;
  };
  const live = async ({ from, milliseconds }: Kill) => {
    const child = start();
    if (from === 'running') await runs(child);
    await pause(milliseconds);
    await kill(child);
  };
  const take = async ({ does, member }: Step) => {
    const { population } = given.stage;
    if (does === 'remove') await population.remove(member);
    else await population.put(member);
  };

  /** All members, by what this one process says. */
  const reconcileAll = async () => {
    const { whole, population } = given.stage;
    if (last !== undefined) await kill(last);
    const child = start();
    await eventually(() => {
      const lines = child.output().split('\n');
      const done = (name: string) =>
        lines.some((line) => line.includes('"reconciled"') && line.includes(`${whole.namespace}/${name}"`));
      assert.deepEqual(
        population.members.filter(({ name }) => !done(name)),
        [],
        'not reconciled again',
      );
    });
  };
  const assertSound = async () => {
    const { whole, population, ledger } = given.stage;
    start();
    await eventually(() => assertConverged(whole, population.members), minute);
    await assertNoOrphan(whole, population.members);
    ledger.assertSound();
    await assertSilent(whole, reconcileAll);
    if (last !== undefined) await kill(last);
  };

  it(`${kills} times while ${resources} resources are made, edited and deleted loses nothing and leaves nothing over`, async function () {
    this.timeout(580_000);
    const steps = planSteps(seed, resources, kills);
    for (const [round, moment] of planKills(seed, kills).entries()) {
      await Promise.all([live(moment), take(steps[round] as Step)]);
      if (round % 20 === 19) process.stderr.write(`    ${round + 1} of ${kills} kills\n`);
    }
    await assertSound();
  });

  it(`${killsOfLeader} times as the leader of an election loses nothing either`, async function () {
    this.timeout(180_000);
    const leaderElection = {
      namespace: 'mtls-operator-system',
      leaseDuration: '3s',
      renewDeadline: '2s',
      retryPeriod: '1s',
    };
    writeFileSync(config, stringify({ ...parse(readFileSync(config, 'utf8')), leaderElection }));
    for (const { milliseconds } of planKills(seed + 1, killsOfLeader)) {
      await Promise.all([live({ from: 'running', milliseconds }), given.stage.changeTheWorld()]);
    }
    await assertSound();
    await given.stage.whole.kubectl(['-n', 'mtls-operator-system', 'delete', 'lease', 'mtls-operator']);
  });
});
