import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parse } from '@babel/parser';
import { nodesIn } from './api/given-reasons.ts';

/** Words that were read the wrong way round, or that nobody in the field uses, and what to write instead. */
const avoided: readonly { readonly words: RegExp; readonly write: string }[] = [
  { words: /\brefuses? (none|no )/, write: 'rejects requests without …' },
  { words: /\blets? (in|it in) (no|none)\b|\blet in\b|\blets in\b/, write: 'accepts requests with …' },
  { words: /\bknock/, write: 'sends a request' },
  { words: /\b(was|were|is|not) looked at\b/, write: 'was checked' },
  { words: /\bleft (alone|out here)\b/, write: 'the operator does not change it, or: is not served for this resource' },
  { words: /\b(made|issued|copy it) anew\b/, write: 'replaced, issued again' },
  { words: /\bas the spec asks\b/, write: 'matches the spec' },
  { words: /\b(bring|brings|brought)( \w+)? along\b/, write: 'of your own, external' },
  { words: /\bcame up meanwhile\b/, write: 'was created meanwhile' },
  { words: /\bgives? no answer\b/, write: 'does not answer' },
  { words: /\b(is|are) no (PEM|YAML|JSON|event|address)\b/, write: 'is not …' },
  { words: /\bwithout an owner\b|\bno owner any more\b/, write: 'orphaned' },
  { words: /\bvouch\b/, write: 'issued by, or: with which … verifies' },
];

interface Text {
  readonly text: string;
  readonly where: string;
}

/** The text of every string and template in a source that has more than one word. */
function textsIn(file: string, source: string): readonly Text[] {
  const { program } = parse(source, { sourceType: 'module', plugins: ['typescript'] });
  return [...nodesIn(program)].flatMap(({ type, loc, value }) => {
    const content = type === 'TemplateElement' ? (value as { readonly cooked: string }).cooked : value;
    const isText = ['StringLiteral', 'TemplateElement'].includes(type) && String(content).includes(' ');
    return isText ? [{ text: String(content), where: `${file}:${loc?.start.line}` }] : [];
  });
}

function findAvoided(texts: readonly Text[]): readonly string[] {
  return texts.flatMap(({ text, where }) =>
    avoided
      .filter(({ words }) => words.test(text))
      .map(({ words, write }) => `${where} has ${words}: write "${write}"`),
  );
}

describe('the sentences of the operator', () => {
  it('have no words that are read the wrong way round', () => {
    const texts = globSync('src/**/*.ts')
      .sort()
      .flatMap((file) => textsIn(file, readFileSync(file, 'utf8')));
    assert.ok(texts.length > 500, `only ${texts.length} texts were found`);
    assert.deepEqual(findAvoided(texts), []);
  });

  it('are found in strings and in templates, with their place', () => {
    const source = "const a = 'The gateway refuses no client';\nconst b = `The Secret is left alone; choose a name`;";
    assert.deepEqual(
      findAvoided(textsIn('x.ts', source)).map((line) => line.split(' ')[0]),
      ['x.ts:1', 'x.ts:2'],
    );
  });
});
