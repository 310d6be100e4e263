/**
 * `npm run golden`: writes all that is made of something else and committed: CRDs and policies, golden files, the tables
 * of docs. Charts come last, as they hold the CRDs. Fails when a test of these files fails.
 */
import { globSync, readFileSync } from 'node:fs';
import { execa } from 'execa';

const writes = /\b(describeGolden|holdTable|holdFile)\(/;
const writing = (pattern: string) =>
  globSync(pattern)
    .filter((file) => writes.test(readFileSync(file, 'utf8')))
    .sort();
const real = writing('test/real/**/*.test.ts');
const argocd = writing('test/argocd/**/*.test.ts');
const fast = writing('test/**/*.test.ts').filter((file) => !real.includes(file) && !argocd.includes(file));

const run = (command: string, ...args: readonly string[]) =>
  execa(command, args, { stdio: 'inherit', preferLocal: true, reject: false, env: { UPDATE_GOLDEN: '1' } });
const mocha = (kind: 'argocd' | 'fast' | 'real', ...args: readonly string[]) =>
  run('mocha', '--config', `test/${kind}.mocharc.json`, ...args);

const ended = [
  await run('npm', 'run', '--silent', 'generate'),
  await mocha('argocd', ...argocd),
  await mocha('fast', ...fast),
  await mocha('real', '--grep', 'golden files in', ...real),
];
process.exitCode = ended.some(({ failed }) => failed) ? 1 : 0;
