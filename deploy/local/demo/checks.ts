import { join } from 'node:path';
import Table from 'cli-table3';
import { execa } from 'execa';
import { exportCertificate } from './certificates.ts';
import { type Demo, namespace } from './environment.ts';
import { type GuideStep, guideSteps, judge, type Verdict } from './guides.ts';

export interface Checked {
  readonly step: GuideStep;
  readonly verdict: Verdict;
}

/** Performs the guides' own checks with the certificates that were issued. */
export async function performChecks({ kubectl, directory, ports }: Demo): Promise<readonly Checked[]> {
  await exportCertificate(kubectl, 'curl-client', namespace, join(directory, 'curl-client'));
  await exportCertificate(kubectl, 'mtls-nginx-client', namespace, join(directory, 'gateway-client'));
  const checked: Checked[] = [];
  for (const step of guideSteps(ports, directory)) checked.push({ step, verdict: await perform(step) });
  return checked;
}

/** As often as the guide's step may need it. */
export async function perform(step: GuideStep): Promise<Verdict> {
  const { attempts = 1, because = '' } = step.repeat ?? {};
  let verdict = await tryOnce(step);
  for (let attempt = 2; !verdict.passed && attempt <= attempts; attempt += 1) {
    const { gave, passed } = await tryOnce(step);
    verdict = { gave: `${gave} (try ${attempt}: ${because})`, passed };
  }
  return verdict;
}

async function tryOnce(step: GuideStep): Promise<Verdict> {
  const {
    stdout,
    stderr,
    exitCode = -1,
  } = await execa('curl', ['--max-time', '10', ...step.curl], {
    reject: false,
    // Everything is on this machine: a proxy of the environment could not reach it.
    env: { no_proxy: '*', NO_PROXY: '*' },
  });
  return judge(step, { output: `${stderr}\n${stdout}`, exitCode });
}

/** The command as a user would type it. */
function commandLine({ curl }: GuideStep): string {
  return ['curl', ...curl].join(' ');
}

/** Each command, what it gave, and what the guide says. */
export function checksTable(checked: readonly Checked[]): string {
  const table = new Table({
    head: ['step', 'gave', 'the guide says', ''],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [6, 48, 40, 5],
  });
  for (const { step, verdict } of checked) {
    table.push([{ colSpan: 4, content: `${step.id}: ${step.what}` }]);
    table.push([step.id, verdict.gave, step.says, verdict.passed ? 'ok' : 'NO']);
  }
  const commands = checked
    .filter(({ step }) => step.curl.length > 0)
    .map(({ step }) => `${step.id.padEnd(4)} ${commandLine(step)}`);
  return [...commands, table.toString()].join('\n');
}
