import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse as parseYaml } from 'yaml';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensureCrossplane } from '../../../deploy/local/tools/crossplane.ts';
import { mtlsUpstreamSpec } from '../../../src/api/mtls-upstream.ts';
import { goldenCases } from '../../harness/golden.ts';
import type { Parsed } from '../../nginx/nginx-parser.ts';
import { asParsed, buildSpec } from '../../nginx/specs.ts';

interface Read {
  readonly directive: string;
  readonly args: readonly string[];
  readonly block?: readonly Read[];
}

describe('the golden files, read by crossplane', () => {
  let packages = '';
  const directory = mkdtempSync(join(tmpdir(), 'crossplane-'));
  before(async function () {
    this.timeout(600_000);
    const progress = printProgress(process.stderr);
    packages = await ensureCrossplane(progress);
    progress.done();
  });
  after(() => rmSync(directory, { recursive: true }));

  const read = async (text: string): Promise<readonly Read[]> => {
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, `http {\n${text}}\n`);
    const { stdout } = await execa('python3', ['-m', 'crossplane', 'parse', file], { env: { PYTHONPATH: packages } });
    const { config, errors } = JSON.parse(stdout);
    assert.deepEqual(errors, []);
    return config[0].parsed[0].block;
  };

  for (const { name, input, output } of goldenCases({ directory: 'nginx', input: '.in.yaml', output: '.out.conf' })) {
    it(`are the tree that was meant: ${name}`, async () => {
      const built = buildSpec(mtlsUpstreamSpec.shape.nginx.parse(parseYaml(input)));
      assert.ok(built.ok);
      assert.deepEqual((await read(output)).map(asTree), built.value.statements.map(asParsed));
    });
  }
});

/** Crossplane takes the parentheses of a condition away, and leaves a backslash before a backslash. */
function asTree({ directive: name, args: given, block }: Read): Parsed {
  const texts = given.map((text) => text.replaceAll('\\\\', '\\'));
  const args = name === 'if' ? [`(${texts.join(' ')})`] : texts;
  return block === undefined ? { name, args } : { name, args, body: block.map(asTree) };
}
