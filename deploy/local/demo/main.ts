/**
 * `npm run demo`: the main job on real parts. Both guides from two YAML files, then the guides' own checks with curl.
 * With `--cluster` all of it runs in pods. It stays up until Ctrl-C; with `--once` it ends by itself, with exit code 0 only if everything expected was seen.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isTerminal } from '../install/progress.ts';
import { reportFailure } from '../install/report-failure.ts';
import { Processes } from '../processes/processes.ts';
import { stopOnExit } from '../processes/stop-on-exit.ts';
import { type Checked, checksTable } from './checks.ts';
import { bringUp, namespace, type Running, type Script, type Start } from './demo.ts';
import { hereScript } from './here.ts';
import { parseOptions } from './options.ts';
import { podsScript } from './pods.ts';

async function show<Demo extends Running>(demo: Demo, script: Script<Demo>): Promise<readonly Checked[]> {
  const took = [...demo.took].map(([kind, ms]) => `${kind} ${(ms / 1000).toFixed(1)} s`).join(', ');
  console.log(`\nReady after apply: ${took}`);
  console.log(`Opened: the gateway, to the namespace ${namespace} alone, for any host and any NGINX.\n`);
  console.log(await demo.kubectl(['get', 'mtlsgateway,mtlsupstream', '-n', namespace]));
  const checked = await script.check(demo);
  console.log(`\n${checksTable(checked, script.curl)}`);
  console.log(script.remark);
  return checked;
}

function tellHowToGoOn({ kubeconfig, programs }: Running): void {
  const lines = [
    `export KUBECONFIG=${kubeconfig} PATH=${dirname(programs.kubectl)}:$PATH`,
    `kubectl -n ${namespace} get mtlsgateway,mtlsupstream`,
  ];
  console.log(
    `\nGo on by hand, with the curl commands above too; Ctrl-C ends everything:\n\n  ${lines.join('\n  ')}\n`,
  );
}

/** Whether everything expected was seen. */
async function perform<Demo extends Running>(start: Start, script: Script<Demo>, once: boolean): Promise<boolean> {
  const demo = await bringUp(start, script.steps);
  const checked = await show(demo, script);
  if (!once) tellHowToGoOn(demo);
  return checked.every(({ verdict }) => verdict.passed);
}

/** Children do not keep us alive; their watchdog would end them with us. */
function stayUntilSignal(): void {
  setInterval(() => {}, 2 ** 30);
}

async function main(): Promise<void> {
  const { once, kubeconfig, cluster } = parseOptions(process.argv.slice(2));
  const directory = mkdtempSync(join(tmpdir(), 'mtls-demo-'));
  const processes = new Processes(join(directory, 'logs'));
  let keep = false;
  processes.own({ stop: async () => (keep ? undefined : rm(directory, { recursive: true, force: true })) });
  stopOnExit(processes, reportFailure);
  try {
    const start = { processes, directory, ownCluster: kubeconfig };
    const passed = await (cluster ? perform(start, podsScript, once) : perform(start, hereScript, once));
    if (!once) return stayUntilSignal();
    process.exitCode = passed ? 0 : 1;
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
