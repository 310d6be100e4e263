import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const editorconfig = readFileSync('.editorconfig', 'utf8');
const biome = readFileSync('biome.jsonc', 'utf8').replace(/^\s*\/\/.*$/gm, '');
const { formatter, files } = JSON.parse(biome);

/** What a section of .editorconfig sets. */
function section(name: string): Readonly<Record<string, string>> {
  const [, ...lines] = (editorconfig.split(/^(?=\[)/m).find((one) => one.startsWith(`[${name}]`)) ?? '').split('\n');
  const pairs = lines.map((line) => /^(\w+) = (\S+)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, key, value]) => [key, value]));
}

describe('.editorconfig', () => {
  it('indents and breaks lines as biome does', () => {
    const { indent_style, indent_size } = section('*');
    assert.deepEqual([indent_style, indent_size], [formatter.indentStyle, String(formatter.indentWidth)]);
    const { max_line_length } = section('*.{ts,json,jsonc}');
    assert.equal(max_line_length, String(formatter.lineWidth));
  });

  it('names the files that biome formats, and leaves golden files alone', () => {
    const formatted = files.includes.filter((one: string) => one.startsWith('**/*.'));
    assert.deepEqual(formatted, ['**/*.ts', '**/*.json', '**/*.jsonc']);
    assert.ok(files.includes.includes('!test/golden'));
    assert.deepEqual(section('test/golden/**'), { insert_final_newline: 'unset', trim_trailing_whitespace: 'unset' });
  });
});
