/**
 * `npm run demo`: the main job on real parts. Both guides from two YAML files, then the guides' own checks with curl.
 * It stays up until Ctrl-C; with `--once` it ends by itself, with exit code 0 only if everything expected was seen.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal, type Progress } from '../install/progress.ts';
import { reportFailure } from '../install/report-failure.ts';
import { runTasks } from '../install/task-list.ts';
import { Processes } from '../processes/processes.ts';
import { stopOnExit } from '../processes/stop-on-exit.ts';
import { type Checked, checksTable, performChecks } from './checks.ts';
import { type Demo, namespace, type Start, steps } from './environment.ts';
import { parseOptions } from './options.ts';
import { checkRenewal } from './renewal.ts';

async function bringUp(start: Start): Promise<Demo> {
  // Each step finds what those before it have added.
  const demo = { ...start } as Demo;
  const tasks = steps.map(({ title, run }) => ({
    title,
    run: async (progress: Progress) => void Object.assign(demo, await run(demo, progress)),
  }));
  await runTasks(tasks);
  return demo;
}

async function show(demo: Demo): Promise<readonly Checked[]> {
  const took = [...demo.took].map(([kind, ms]) => `${kind} ${(ms / 1000).toFixed(1)} s`).join(', ');
  console.log(`\nReady after apply: ${took}`);
  console.log(`Opened: the gateway, to the namespace ${namespace} alone, for any host and any NGINX.\n`);
  console.log(await demo.kubectl(['get', 'mtlsgateway,mtlsupstream', '-n', namespace]));
  const checked = [...(await performChecks(demo)), await checkRenewal(demo)];
  console.log(`\n${checksTable(checked)}`);
  console.log('Opened here, and refused by default: nodes of upstreams on loopback, where this NGINX listens.');
  return checked;
}

function tellHowToGoOn({ kubeconfig, programs }: Demo): void {
  const lines = [`export KUBECONFIG=${kubeconfig}`, `${programs.kubectl} -n ${namespace} get mtlsgateway,mtlsupstream`];
  console.log(
    `\nGo on by hand, with the curl commands above too; Ctrl-C ends everything:\n\n  ${lines.join('\n  ')}\n`,
  );
}

/** Children do not keep us alive; their watchdog would end them with us. */
function stayUntilSignal(): void {
  setInterval(() => {}, 2 ** 30);
}

async function main(): Promise<void> {
  const { once, kubeconfig } = parseOptions(process.argv.slice(2));
  const directory = mkdtempSync(join(tmpdir(), 'mtls-demo-'));
  const processes = new Processes(join(directory, 'logs'));
  let keep = false;
  processes.own({ stop: async () => (keep ? undefined : rm(directory, { recursive: true, force: true })) });
  stopOnExit(processes, reportFailure);
  try {
    const demo = await bringUp({ processes, directory, ownCluster: kubeconfig });
    const checked = await show(demo);
    if (!once) {
      tellHowToGoOn(demo);
      return stayUntilSignal();
    }
    process.exitCode = checked.every(({ verdict }) => verdict.passed) ? 0 : 1;
  } catch (error) {
    // Asked to stop: what fails now fails because of it.
    if (processes.isStopping) return;
    keep = true;
    process.exitCode = 1;
    // Without a terminal the list of tasks has printed it.
    if (isTerminal(process.stdout)) reportFailure(error);
    console.error(`The logs are in ${directory}/logs.`);
  }
  await processes.stop();
}

try {
  await main();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
