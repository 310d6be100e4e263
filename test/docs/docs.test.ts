import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { apiVersion } from '../../src/api/group.ts';
import { kinds } from '../../src/api/kinds.ts';
import { parseOperatorConfig } from '../../src/api/operator-config.ts';
import { parseCase, type SpecCase } from '../api/spec-cases.ts';
import { holdTable } from './hold-table.ts';
import { specTables } from './spec-tables.ts';

/** What the pages say is held to the code: fields, examples, commands, links and the reasons of conditions. */
const read = (file: string) => readFileSync(file, 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'test/*.md', 'deploy/**/*.md', 'helm/**/*.md']).sort();

const blocksOf = (page: string, language: string) =>
  [...read(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].flatMap(([, , tag, text = '']) =>
    tag === language ? [text] : [],
  );

type Manifest = Pick<SpecCase, 'kind' | 'spec'> & { readonly apiVersion: string };

const manifestsOf = (page: string): readonly Manifest[] =>
  blocksOf(page, 'yaml')
    .flatMap((block) => parseAllDocuments(block).map((document) => document.toJS()))
    .filter((value) => kinds.some(({ kind }) => kind === value?.kind));

describe('the documentation', () => {
  for (const page of pages) {
    it(`${page} links only to what exists`, () => {
      const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => target);
      assert.deepEqual(
        targets.filter((target) => !existsSync(join(dirname(page), target))),
        [],
      );
    });

    it(`${page} names only scripts of package.json`, () => {
      const { scripts } = JSON.parse(read('package.json'));
      const named = [...read(page).matchAll(/npm run (?:--silent )?([a-z:-]+)/g)].map(([, script = '']) => script);
      assert.deepEqual(
        named.filter((script) => !(script in scripts)),
        [],
      );
    });

    it(`${page} shows only resources that are accepted`, () => {
      for (const manifest of manifestsOf(page)) {
        assert.equal(manifest.apiVersion, apiVersion);
        const parsed = parseCase(manifest);
        assert.ok(parsed.ok, JSON.stringify(parsed));
      }
    });
  }

  describe('docs/operations.md', () => {
    const tried = globSync('test/real/faults/*.test.ts').flatMap((suite) =>
      [...read(suite).matchAll(/(?:\bname: |\bit\()'([^' ]+ [^']+)'/g)].map(([, name = '']) => name),
    );
    const rowsOf = (page: string, heading: string) => {
      const section = read(page).split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
      return [...section.matchAll(/^\| ([^|]+) \|/gm)].map(([, fault = '']) => fault).slice(1);
    };
    it('tells of every fault that is tried, and of no other', () => {
      assert.deepEqual(rowsOf('docs/operations.md', 'What was tried').sort(), tried.sort());
    });

    it('tells the same in Chinese', () => {
      assert.equal(rowsOf('docs/operations.zh-CN.md', '故障试验').length, tried.length);
    });
  });

  for (const page of ['README.md', 'README.zh-CN.md']) {
    it(`${page} shows the resources of deploy/examples`, () => {
      const examples = globSync('deploy/examples/*.yaml').sort();
      assert.deepEqual(
        manifestsOf(page),
        examples.map((file) => parse(read(file))),
      );
    });
  }

  for (const { kind, singular } of kinds) {
    for (const [page, language] of [
      [`docs/${singular}.md`, 'en'],
      [`docs/${singular}.zh-CN.md`, 'zh'],
    ] as const) {
      for (const [name, wanted] of Object.entries(specTables(kind, language))) {
        it(`${page} has the table of ${name} that the schema gives`, () => holdTable(page, name, wanted));
      }
    }
  }

  it('docs/configuration.md shows a configuration that the operator takes', () => {
    const [example = ''] = blocksOf('docs/configuration.md', 'yaml');
    const parsed = parseOperatorConfig(parse(example));
    assert.ok(parsed.ok, JSON.stringify(parsed));
  });
});
