import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { ensureFlux } from '../../deploy/local/argocd/flux.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import { kinds } from '../../src/api/kinds.ts';
import { customizationOf, healthTests } from './customization.ts';

/** In the words of kstatus: Flux with `wait: true` goes on at Current and gives up at Failed. */
const same: Readonly<Record<string, string>> = { Progressing: 'InProgress', Healthy: 'Current', Degraded: 'Failed' };

describe('a resource, as Flux sees it', () => {
  let program: string;
  before('build it', async function () {
    this.timeout(20 * 60_000);
    const progress = printProgress(process.stderr);
    program = await ensureFlux(progress);
    progress.done();
  });

  const ask = async (file: string) => {
    const input = JSON.stringify(parse(readFileSync(file, 'utf8')));
    const [status, message] = (await execa(program, ['status'], { input })).stdout.split('\n');
    return { status, message };
  };

  for (const { kind } of kinds) {
    for (const { inputPath, healthStatus } of healthTests(kind)) {
      const want = inputPath.includes('deleting') ? 'Terminating' : same[healthStatus.status];
      it(`${kind} ${inputPath} is ${want}`, async () => {
        const { status, message = '' } = await ask(join(customizationOf(kind), inputPath));
        assert.equal(status, want);
        // What a person reads in the status of a Kustomization.
        const sentence = healthStatus.message.replace(/^\w+: /, '');
        if (status === 'Failed') assert.equal(message, sentence);
      });
    }
  }

  for (const file of globSync('deploy/flux/*.yaml').sort()) {
    it(`${file} has no field that Flux does not know`, async () => {
      const text = readFileSync(file, 'utf8');
      await execa(program, ['kustomization'], { input: text });
      const wrong = execa(program, ['kustomization'], { input: text.replace('wait: true', 'waits: true') });
      await assert.rejects(wrong, /unknown field "spec.waits"|unknown field "waits"/);
    });
  }
});
