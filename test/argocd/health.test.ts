import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type ArgoCdPrograms, ensureArgoCd } from '../../deploy/local/argocd/program.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import { kinds } from '../../src/api/kinds.ts';
import { customizationOf, healthTests, settingsFile } from './customization.ts';

/** What Argo CD itself says of each testdata, with the settings that we give. */
describe('the health of a resource, by Argo CD', () => {
  let programs: ArgoCdPrograms;
  let directory: string;
  before('build Argo CD', async function () {
    this.timeout(20 * 60_000);
    const progress = printProgress(process.stderr);
    programs = await ensureArgoCd(progress);
    progress.done();
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-health-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  const ask = async (file: string) => {
    const args = ['admin', 'settings', 'resource-overrides', 'health', file, '--argocd-cm-path', settingsFile];
    const env = { ARGOCD_BINARY_NAME: 'argocd', HOME: directory };
    const { stdout } = await execa(programs.argocd, args, { env, stdin: 'ignore' });
    const [, status, message] = /STATUS: (.*)\nMESSAGE: (.*)/.exec(stdout) ?? [undefined, undefined, stdout];
    return { status, message };
  };
  /** Argo CD asks no script about what is being deleted; with the mark taken off it does. */
  const unmarked = (file: string) => {
    const copy = join(directory, 'unmarked.yaml');
    writeFileSync(copy, readFileSync(file, 'utf8').replace(/^ *deletionTimestamp: .*\n/m, ''));
    return copy;
  };

  for (const { kind } of kinds) {
    for (const { inputPath, healthStatus } of healthTests(kind)) {
      const file = join(customizationOf(kind), inputPath);
      it(`${kind} ${inputPath} is ${healthStatus.status}, with our sentence`, async () =>
        assert.deepEqual(await ask(unmarked(file)), healthStatus));
    }

    it(`${kind} that is being deleted is Progressing, in words of Argo CD's own`, async () => {
      const file = join(customizationOf(kind), 'testdata/deleting.yaml');
      assert.deepEqual(await ask(file), { status: 'Progressing', message: 'Pending deletion' });
    });
  }
});
