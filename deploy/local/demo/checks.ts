import Table from 'cli-table3';
import { execa } from 'execa';
import { type GuideStep, judge, type Outcome, type Verdict } from './guides.ts';

export interface Checked {
  readonly step: GuideStep;
  readonly verdict: Verdict;
}

/** Performs them one after another. */
export async function performAll(steps: readonly GuideStep[], curl?: Curl): Promise<readonly Checked[]> {
  const checked: Checked[] = [];
  for (const step of steps) checked.push({ step, verdict: await perform(step, curl) });
  return checked;
}

/** Runs curl with these arguments, wherever that is. */
export type Curl = (args: readonly string[]) => Promise<Outcome>;

/** As often as the guide's step may need it. */
export async function perform(step: GuideStep, curl: Curl = curlHere): Promise<Verdict> {
  const { attempts = 1, because = '' } = step.repeat ?? {};
  const tryOnce = async () => judge(step, await curl(['--max-time', '10', ...step.curl]));
  let verdict = await tryOnce();
  for (let attempt = 2; !verdict.passed && attempt <= attempts; attempt += 1) {
    const { gave, passed } = await tryOnce();
    verdict = { gave: `${gave} (try ${attempt}: ${because})`, passed };
  }
  return verdict;
}

/** The one of this machine. */
const curlHere: Curl = async (args) => {
  // Everything is on this machine: a proxy of the environment could not reach it.
  const env = { no_proxy: '*', NO_PROXY: '*' };
  const { stdout, stderr, exitCode = -1 } = await execa('curl', args, { reject: false, env });
  return { output: `${stderr}\n${stdout}`, exitCode };
};

/** Each command as a person would type it, what it gave, and what the guide says. `curl` is what its arguments follow. */
export function checksTable(checked: readonly Checked[], curl = 'curl'): string {
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
    .map(({ step }) => `${step.id.padEnd(4)} ${[curl, ...step.curl].join(' ')}`);
  return [...commands, table.toString()].join('\n');
}
