import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const index = readFileSync('test/README.md', 'utf8');

/** What stands as code in the first cell of a row, below the heading that the rest of the section begins with. */
function namedIn(heading: string): readonly string[] {
  const section = index.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  const cells = [...section.matchAll(/^\|([^|]*)\|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

const sections = {
  fast: namedIn('The product, without a server'),
  real: namedIn('The product, on real parts').map((name) => `real/${name}`),
  cluster: namedIn('The product, in real pods'),
  argocd: namedIn('The product, under a real Argo CD'),
  tools: namedIn('Tools'),
  toolTests: namedIn('Tests of the tools'),
};

describe('test/README.md', () => {
  const named = Object.values(sections).flat();
  const there = globSync(['test/*/', 'test/real/*/']).map((directory) => relative('test', directory));

  it('names every directory of test and of test/real, each once', () => {
    assert.deepEqual(
      named.filter((name) => !name.endsWith('.ts')).sort(),
      there.filter((name) => name !== 'real').sort(),
    );
  });

  it('names every program that package.json runs from test as a tool', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const run = Object.values(scripts).flatMap((script) =>
      [...script.matchAll(/node test\/(\S+)/g)].map(([, one = '']) => one),
    );
    const tools = run.map((file) => file.replace(/\/main\.ts$/, ''));
    assert.deepEqual(
      tools.filter((tool) => !sections.tools.includes(tool)),
      [],
    );
  });
});
