/**
 * `npm run mutants -- ROOM [FILE...] [--loaded]`: changes one thing after another in a room, and tells which changes no
 * test of the room notices. FILE, as of Stryker's `mutate`, makes it less. What runs only while a file is loaded, such as
 * a regular expression of a module, needs a process for each change and is left out, or, with `--loaded`, run as well.
 */
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { type Room, rooms } from './rooms.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { loaded: { type: 'boolean', default: false } },
});
const [name = '', ...files] = positionals;
const room: Room | undefined = rooms[name];

if (room === undefined) {
  console.error(`usage: npm run mutants -- ROOM [FILE...] [--loaded]\nROOM is one of ${Object.keys(rooms).join(', ')}`);
  process.exitCode = 2;
} else {
  await new Stryker({
    plugins: ['./test/mutants/mocha-runner.ts'],
    testRunner: 'mocha-12',
    specs: room.specs,
    mutate: files.length > 0 ? files : [...room.mutate],
    ignoreStatic: !values.loaded,
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // A busy machine is no endless loop.
    timeoutMS: 60_000,
    thresholds: { high: 100, low: 95, break: 95 },
    // Stryker would rewrite it with an API that TypeScript 7 has no more; nothing here is compiled.
    tsconfigFile: 'none.json',
    tempDirName: 'reports/mutants/sandbox',
    ignorePatterns: ['/dist', '/.demo', '/reports'],
    reporters: ['clear-text', 'progress-append-only', 'json'],
    clearTextReporter: { reportTests: false, allowEmojis: false },
    jsonReporter: { fileName: `reports/mutants/${name}.json` },
    warnings: false,
  }).runMutationTest();
}
