import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { kinds } from '../../src/api/kinds.ts';
import { chineseTexts } from './chinese-texts.ts';
import { textsOf } from './spec-tables.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const glossary = 'docs/glossary.zh-CN.md';
const pages = globSync(['*.zh-CN.md', 'docs/**/*.zh-CN.md', 'deploy/**/*.zh-CN.md', 'helm/**/*.zh-CN.md']).sort();

/** The third column of every table of the glossary. */
const avoided = [...read(glossary).matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
  .filter(([, english]) => english !== '英文' && english !== '---')
  .flatMap(([, , chosen = '', words = '']) => words.split('、').map((word) => ({ word, chosen })));

describe('the Chinese documentation', () => {
  it('has a glossary that says which words are not used', () => {
    assert.ok(avoided.length > 30, `only ${avoided.length} words were found`);
  });

  for (const page of pages.filter((page) => page !== glossary)) {
    it(`${page} keeps to the glossary`, () => {
      const found = read(page)
        .split('\n')
        .flatMap((line, at) =>
          avoided
            .filter(({ word }) => line.includes(word))
            .map(({ word, chosen }) => `line ${at + 1} has ${word}: write ${chosen}`),
        );
      assert.deepEqual(found, []);
    });
  }

  for (const page of [...globSync('docs/*.md'), 'README.md'].filter((page) => !page.includes('.zh-CN.')).sort()) {
    const twin = page.replace(/\.md$/, '.zh-CN.md');
    it(`${page} exists in Chinese, and each page links to the other`, () => {
      assert.ok(existsSync(twin), `${twin} is missing`);
      assert.ok(read(page).includes(`(${twin.replace(/^docs\//, '')})`), `${page} does not link to ${twin}`);
      assert.ok(read(twin).includes(`(${page.replace(/^docs\//, '')})`), `${twin} does not link to ${page}`);
    });
  }

  it('has a text for every field and every rule of a schema, and no other', () => {
    const english = kinds.flatMap(({ kind }) => textsOf(kind));
    assert.deepEqual(
      english.filter((text) => !Object.hasOwn(chineseTexts, text)),
      [],
    );
    assert.deepEqual(
      Object.keys(chineseTexts).filter((text) => !english.includes(text)),
      [],
    );
  });

  for (const page of pages) {
    it(`${page} links to Chinese pages where there are some`, () => {
      const english = [...read(page).matchAll(/\]\(((?:docs\/)?[\w-]+)\.md(?:#[^)]*)?\)/g)].map(
        ([, name = '']) => name,
      );
      const folder = page.startsWith('docs/') ? 'docs/' : '';
      const self = page.replace(/^docs\//, '').replace('.zh-CN.md', '');
      const wrong = english.filter((name) => name !== self && existsSync(`${folder}${name}.zh-CN.md`));
      assert.deepEqual(wrong, []);
    });
  }
});
