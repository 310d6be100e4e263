/** `npm run setup`: everything that the demo and the tests need, and a table of what is where. */
import Table from 'cli-table3';
import { execa } from 'execa';
import { ensureClientPrograms } from './client-programs.ts';
import { ensureControlPlane } from './control-plane.ts';
import { ensureNginx } from './nginx.ts';
import { ensureCurrentNginx } from './nginx-current.ts';
import { printProgress } from './progress.ts';
import { reportFailure } from './report-failure.ts';

const currentNginx = 'nginx, current';
const versionArguments: Readonly<Record<string, readonly string[]>> = {
  kubectl: ['version', '--client'],
  nginx: ['-v'],
  [currentNginx]: ['-v'],
  openssl: ['version'],
};

async function readVersion(name: string, path: string): Promise<string> {
  const { all } = await execa(path, versionArguments[name] ?? ['--version'], { all: true, reject: false });
  return all.match(/v?\d+\.\d+[\w.-]*/)?.[0] ?? 'unknown';
}

async function main(): Promise<void> {
  const progress = printProgress(process.stderr);
  const { curl, openssl } = await ensureClientPrograms(progress);
  const { nginx } = await ensureNginx(progress);
  const current = await ensureCurrentNginx(progress);
  const programs = await ensureControlPlane(progress);
  progress.done();

  const places = Object.entries({ ...programs, nginx, [currentNginx]: current, curl, openssl });
  const rows = await Promise.all(places.map(async ([name, path]) => [name, await readVersion(name, path), path]));
  const table = new Table({ head: ['program', 'version', 'path'], style: { head: [], border: [] } });
  table.push(...rows);
  console.log(table.toString());
}

try {
  await main();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
