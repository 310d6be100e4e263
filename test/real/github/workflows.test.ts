import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensureActionlint } from '../../../deploy/local/tools/actionlint.ts';
import { ensureZizmor } from '../../../deploy/local/tools/zizmor.ts';

const project = join(import.meta.dirname, '../../..');
// What it asks of the world is left out: it must judge the same everywhere. So must actionlint, with or without shellcheck.
const zizmorArguments = ['--offline', '--no-progress', '--quiet', '--persona', 'pedantic', '--color', 'never'];
const actionlintArguments = ['-no-color', '-shellcheck=', '-pyflakes='];

const sound = `name: CI
on: push
permissions: {}
concurrency:
  group: ci
  cancel-in-progress: true
jobs:
  run:
    name: Run
    runs-on: ubuntu-24.04
    steps:
      - name: Run
        run: echo ok
`;

describe('the workflows of GitHub', function () {
  this.timeout(60_000);
  let actionlint = '';
  let zizmor = '';
  let directory: string;

  before('fetch the linters', async function () {
    this.timeout(10 * 60_000);
    const progress = printProgress(process.stderr);
    actionlint = await ensureActionlint(progress);
    zizmor = await ensureZizmor(progress);
    progress.done();
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-workflows-'));
    mkdirSync(join(directory, '.github', 'workflows'), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const lint = async (workflow: string) => {
    const file = join(directory, '.github', 'workflows', 'ci.yml');
    writeFileSync(file, workflow);
    return execa(actionlint, [...actionlintArguments, file], { all: true, reject: false });
  };
  const audit = (place: string) =>
    execa(zizmor, [...zizmorArguments, join(place, '.github')], { all: true, reject: false });

  it('are sound by actionlint', async () => {
    const { exitCode, all } = await execa(actionlint, actionlintArguments, { cwd: project, all: true, reject: false });
    assert.equal(exitCode, 0, all);
  });

  it('are safe by zizmor', async () => {
    const { exitCode, all } = await audit(project);
    assert.equal(exitCode, 0, all);
  });

  it('would be judged by both: a sound one has nothing', async () => {
    const { exitCode, all } = await lint(sound);
    assert.equal(exitCode, 0, all);
    const audited = await audit(directory);
    assert.equal(audited.exitCode, 0, audited.all);
  });

  for (const { what, from, to, said } of [
    { what: 'an unknown runner', from: 'ubuntu-24.04', to: 'ubuntu-1.04', said: /\[runner-label\]/ },
    { what: 'an expression of nothing', from: 'echo ok', to: `echo ${'$'}{{ matrx.one }}`, said: /\[expression\]/ },
  ]) {
    it(`would be refused by actionlint for ${what}`, async () => {
      const { exitCode, all } = await lint(sound.replace(from, to));
      assert.equal(exitCode, 1);
      assert.match(all, said);
    });
  }

  for (const { what, from, to, said } of [
    { what: 'an action by its tag', from: 'run: echo ok', to: 'uses: some/action@v4', said: /unpinned-uses/ },
    { what: 'every permission', from: 'permissions: {}', to: 'permissions: write-all', said: /excessive-permissions/ },
    {
      what: 'text of strangers in a script',
      from: 'echo ok',
      to: `echo ${'$'}{{ github.event.issue.title }}`,
      said: /template-injection/,
    },
    {
      what: 'a token that stays in the work tree',
      from: 'run: echo ok',
      to: `uses: actions/checkout@${'0'.repeat(40)} # v1.0.0`,
      said: /artipacked/,
    },
  ]) {
    it(`would be refused by zizmor for ${what}`, async () => {
      await lint(sound.replace(from, to));
      const { exitCode, all } = await audit(directory);
      assert.ok((exitCode ?? 0) > 10, all);
      assert.match(all, said);
    });
  }
});
