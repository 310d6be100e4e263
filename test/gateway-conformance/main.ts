/**
 * `npm run test:gateway`: what the operator relies on at gateways, asked of every stand-in, or of the live gateway that the
 * options name; there both guides and a renewal follow, through the operator itself. Prints the rows that differ.
 * Exit code 1 if any does, or if something could not be removed. A signal ends it, and removes what was made.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNginx } from '../../deploy/local/install/nginx.ts';
import { isTerminal, type Progress } from '../../deploy/local/install/progress.ts';
import { reportFailure } from '../../deploy/local/install/report-failure.ts';
import { runTasks } from '../../deploy/local/install/task-list.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';
import { stopOnExit } from '../../deploy/local/processes/stop-on-exit.ts';
import { type ProfileName, profiles } from '../../deploy/local/stand-in/profiles.ts';
import { conform } from './conform.ts';
import { parseOptions } from './options.ts';
import { type Asked, differences, summary } from './report.ts';
import { startTarget } from './stand-ins.ts';
import type { Target } from './target.ts';

interface Scene {
  readonly processes: Processes;
  readonly directory: string;
}

interface Step {
  readonly title: string;
  readonly run: (tell: Progress) => Promise<readonly Asked[]>;
}

function standInStep(profile: ProfileName, { processes, directory }: Scene): Step {
  return {
    title: `Ask the stand-in as ${profile}`,
    run: async (tell) => {
      const place = join(directory, profile);
      const own = processes.own(new Processes(join(place, 'logs')));
      const target = await startTarget(profile, own, place);
      const asked = await conform({ target, guides: false, processes: own, directory: join(place, 'rows'), tell });
      await own.stop();
      return asked.map((row) => ({ ...row, section: `${profile}: ${row.section}` }));
    },
  };
}

function liveStep(target: Target, { processes, directory }: Scene): Step {
  return {
    title: `Ask ${new URL(target.admin.url).host}, then follow the guides`,
    run: (tell) => conform({ target, guides: true, processes, directory: join(directory, 'live'), tell }),
  };
}

async function ask(steps: readonly Step[]): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const tasks = steps.map(({ title, run }) => ({
    title,
    run: async (tell: Progress) => void asked.push(...(await run(tell))),
  }));
  await runTasks(tasks);
  return asked;
}

async function main(): Promise<void> {
  const target = parseOptions(process.argv.slice(2));
  const directory = mkdtempSync(join(tmpdir(), 'gateway-conformance-'));
  const processes = new Processes(join(directory, 'logs'));
  let keep = false;
  processes.own({ stop: async () => (keep ? undefined : rm(directory, { recursive: true, force: true })) });
  stopOnExit(processes, reportFailure);
  const scene = { processes, directory };
  const names = Object.keys(profiles) as ProfileName[];
  const install: Step = { title: 'Install what is missing', run: (tell) => ensureNginx(tell).then(() => []) };
  const questions = target === undefined ? names.map((name) => standInStep(name, scene)) : [liveStep(target, scene)];
  try {
    const asked = await ask([install, ...questions]);
    console.log([differences(asked), summary(asked)].filter((text) => text !== '').join('\n'));
    process.exitCode = asked.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    // Asked to stop: what fails now fails because of it.
    if (processes.isStopping) return;
    keep = true;
    process.exitCode = 1;
    if (isTerminal(process.stdout)) reportFailure(error);
    console.error(`The logs are in ${directory}.`);
  }
  await processes.stop();
}

try {
  await main();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
