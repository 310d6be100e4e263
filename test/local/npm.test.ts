import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Without what an npm around this process has put there, of which a part is its configuration. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

describe('npm in this project', function () {
  this.timeout(30_000);
  let directory = '';
  const npm = (...args: readonly string[]) =>
    execa('npm', args, { cwd: directory, env, extendEnv: false, reject: false });

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'npm-'));
    copyFileSync('.npmrc', join(directory, '.npmrc'));
    const manifest = { name: 'x', version: '1.0.0', private: true, engines: { node: '>=999' } };
    writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  });
  after(() => rmSync(directory, { recursive: true }));

  it('does not warn of the Node of the machine, since another one comes along', async () => {
    const { exitCode, stderr } = await npm('install', '--offline');
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  });

  it('tells errors', async () => {
    const { exitCode, stderr } = await npm('run', 'missing');
    assert.equal(exitCode, 1);
    assert.match(stderr, /Missing script: "missing"/);
  });
});
