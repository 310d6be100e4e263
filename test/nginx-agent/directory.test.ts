import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { StateDirectory } from '../../src/nginx-agent/state/directory.ts';

describe('the state directory', () => {
  const path = mkdtempSync(join(tmpdir(), 'agent-state-'));
  const directory = new StateDirectory({ path, owner: { user: userInfo().uid }, onStep: () => {} });
  after(() => rmSync(path, { recursive: true }));

  it('has at first a place for releases, and what starts NGINX in a container', async () => {
    await directory.prepare();
    assert.deepEqual(readdirSync(path).toSorted(), ['releases', 'start.sh']);
    assert.deepEqual(await directory.read(), { laid: [], rejections: [] });
  });

  it('loses at a start what an earlier life left half-done, and nothing else', async () => {
    mkdirSync(join(path, 'releases/.partial-0123456789abcdef'));
    mkdirSync(join(path, 'releases/0123456789abcdef'));
    await directory.prepare();
    assert.deepEqual(readdirSync(join(path, 'releases')), ['0123456789abcdef']);
    assert.deepEqual((await directory.read()).laid, [], 'one without its description is none');
  });
});
