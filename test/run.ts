/**
 * `npm test`: every suite, each in a process of its own. Its last line is `N passed, N failed`, added up from mocha's
 * own counts; before it stands what failed, as lanes mix their output. A suite that dies before mocha could count is
 * one failure; a skipped test is one too.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';

/** As test/harness/counting-reporter.ts writes them. */
interface Counts {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
  /** Titles with the first line of their error; skipped tests too. */
  readonly failed: readonly string[];
}

/** In one lane suites run one after another. */
type Lane = readonly string[];

/** Lanes that stand together run at the same time, as much of theirs is waiting; they take about as long. */
const stages: readonly (readonly Lane[])[] = [
  [['test:fast']],
  [['test:real'], ['test:trials', 'test:cluster', 'test:argocd']],
];

async function runLane(lane: Lane, isAlone: boolean): Promise<readonly Counts[]> {
  const counts: Counts[] = [];
  for (const suite of lane) counts.push(await runSuite(suite, isAlone));
  return counts;
}

async function runSuite(suite: string, isAlone: boolean): Promise<Counts> {
  const file = `reports/${suite.replace(':', '-')}.json`;
  rmSync(file, { force: true });
  const output = isAlone ? 'inherit' : ([named(suite), 'inherit'] as const);
  const { exitCode } = await execa('npm', ['run', '--silent', suite], {
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    reject: false,
    env: { COUNTS_FILE: file },
  });
  const counts = readCounts(file);
  const failures = counts.failures + counts.pending;
  const isSilent = failures === 0 && exitCode !== 0;
  const failed = isSilent ? [`ended with ${exitCode} though no test failed`] : counts.failed;
  return { ...counts, failures: isSilent ? 1 : failures, failed: failed.map((what) => `${suite}: ${what}`) };
}

/** Says with each line whose it is. */
function named(suite: string) {
  return function* (line: unknown) {
    yield `${suite} | ${line}`;
  };
}

function readCounts(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts;
  } catch {
    return { passes: 0, failures: 1, pending: 0, failed: ['ended before mocha could count'] };
  }
}

// mocha without a file loads whatever lies in test: it must not start every suite from within one.
if (!import.meta.main) throw new Error('test/run.ts is started by npm test, not loaded by mocha: name a test file');
mkdirSync('reports', { recursive: true });
const all: Counts[] = [];
for (const lanes of stages) {
  const counts = await Promise.all(lanes.map((lane) => runLane(lane, lanes.length === 1)));
  all.push(...counts.flat());
}
const total = (count: (counts: Counts) => number) => all.reduce((sum, counts) => sum + count(counts), 0);
const passed = total(({ passes }) => passes);
const failed = total(({ failures }) => failures);
const summary = [...all.flatMap((counts) => counts.failed), `${passed} passed, ${failed} failed\n`].join('\n');
writeFileSync('reports/summary.txt', summary);
process.stdout.write(summary);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
