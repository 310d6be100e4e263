import assert from 'node:assert/strict';
import { execa } from 'execa';

/** knip.json says which files are run by themselves: knip follows the imports from there. */
describe('the sources', () => {
  it('hold no export, no file and no dependency that nothing uses', async function () {
    // It reads every file; 3 seconds where nothing else runs.
    this.timeout(180_000);
    const { exitCode, all } = await execa('knip', ['--no-progress', '--treat-config-hints-as-errors'], {
      preferLocal: true,
      all: true,
      reject: false,
    });
    assert.equal(exitCode, 0, all);
  });
});
