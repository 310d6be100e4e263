import assert from 'node:assert/strict';
import { execa } from 'execa';

const script = `
  import { runTasks } from './deploy/local/install/task-list.ts';
  Object.assign(process.stdout, { isTTY: true, columns: Number(process.argv[1]) });
  await runTasks([{ title: 'Start the operator', run: async (progress) => progress('waiting for the gateway') }]);
`;

/** What a task list writes to a terminal of this width. */
async function writtenAt(columns: number): Promise<string> {
  const args = ['--input-type=module', '--eval', script, String(columns)];
  const { stdout } = await execa(process.execPath, args, { env: { NO_COLOR: '1' } });
  return stdout;
}

describe('a list of tasks', () => {
  for (const columns of [0, 80])
    it(`is whole words at a terminal of ${columns} columns`, async () => {
      const written = await writtenAt(columns);
      assert.match(written, /Start the operator/);
      assert.match(written, /waiting for the gateway/);
    });
});
