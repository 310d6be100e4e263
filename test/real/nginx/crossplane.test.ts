import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse as parseYaml } from 'yaml';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { ensureCrossplane } from '../../../deploy/local/tools/crossplane.ts';
import { mtlsUpstreamSpec } from '../../../src/api/mtls-upstream.ts';
import type { Statement } from '../../../src/nginx/model.ts';
import { render } from '../../../src/nginx/render.ts';
import { goldenCases } from '../../harness/golden.ts';
import { hostileSpecs } from '../../nginx/hostile.ts';
import type { Parsed } from '../../nginx/nginx-parser.ts';
import { asParsed, buildSpec } from '../../nginx/specs.ts';

interface Read {
  readonly directive: string;
  readonly args: readonly string[];
  readonly block?: readonly Read[];
}

/** A parser that nobody here wrote, so that ours does not pass for NGINX's. */
describe('what crossplane reads of our text', () => {
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
    writeFileSync(file, text);
    const { stdout } = await execa('python3', ['-m', 'crossplane', 'parse', file], {
      env: { PYTHONPATH: packages },
      maxBuffer: 2 ** 30,
    });
    const { config, errors } = JSON.parse(stdout);
    assert.deepEqual(errors, []);
    return config[0].parsed;
  };
  const readBlocks = async (text: string) => (await read(`http {\n${text}}\n`))[0]?.block ?? [];

  for (const { name, input, output } of goldenCases({ directory: 'nginx', input: '.in.yaml', output: '.out.conf' })) {
    it(`is the tree that was meant: ${name}`, async () => {
      const built = buildSpec(mtlsUpstreamSpec.shape.nginx.parse(parseYaml(input)));
      assert.ok(built.ok);
      const isWhole = output.startsWith('worker_processes');
      const found = await (isWhole ? read(output) : readBlocks(output));
      assert.deepEqual(found.map(asTree), built.value.statements.map(asCrossplane));
    });
  }

  const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  const count = 100_000;
  it(`is the tree that was meant, or the value was refused: ${count} strings in any field (SEED=${seed})`, async function () {
    this.timeout(600_000);
    let waiting: Statement[] = [];
    let accepted = 0;
    const compare = async () => {
      const found = await readBlocks(render(waiting));
      assert.equal(found.length, waiting.length);
      for (const [at, statement] of waiting.entries())
        assert.deepEqual(asTree(found[at] as Read), asCrossplane(statement));
      waiting = [];
    };
    for (const { field, spec } of hostileSpecs(seed, count)) {
      const built = buildSpec(spec);
      if (!built.ok) {
        assert.ok(built.findings.length > 0, field);
        continue;
      }
      accepted += 1;
      waiting.push(...built.value.statements);
      if (waiting.length >= 4000) await compare();
    }
    await compare();
    assert.ok(accepted > count / 50, `only ${accepted} were accepted`);
    assert.ok(accepted < count / 2, `${accepted} were accepted`);
  });
});

/** As crossplane shows it. It takes the parentheses of a condition away, and leaves a backslash before a backslash. */
function asTree({ directive: name, args: given, block }: Read): Parsed {
  const args = given.map((text) => text.replaceAll('\\\\', '\\'));
  return block === undefined ? { name, args } : { name, args, body: block.map(asTree) };
}

function asCrossplane(statement: Statement): Parsed {
  return withoutParentheses(asParsed(statement));
}

function withoutParentheses({ name, args: given, body }: Parsed): Parsed {
  const args = name === 'if' ? given.map((text) => text.replace(/^\(|\)$/g, '')) : given;
  return body === undefined ? { name, args } : { name, args, body: body.map(withoutParentheses) };
}
