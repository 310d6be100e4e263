import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Golden files: `test/golden/<directory>/<case><input>` beside `<case><output>`. The cases are the inputs that are
 * there; a new case is one new file. `npm run golden` writes the outputs and deletes those without an input.
 */
export interface GoldenSuite {
  /** Below test/golden. */
  readonly directory: string;
  /** How the names of inputs end, e.g. `.in.yaml`. */
  readonly input: string;
  /** How the names of outputs end, e.g. `.out.conf`. */
  readonly output: string;
}

/** What a failed test says. */
export const remedy = '`npm run golden` writes it; read the difference before you commit it';

export interface GoldenCase {
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

/** The cases as they are committed, for suites that load them into something real. */
export function goldenCases(suite: GoldenSuite): readonly GoldenCase[] {
  return names(suite, suite.input).map((name) => ({
    name,
    input: read(suite, name + suite.input),
    // Read when it is used: a new case has none until it is written.
    get output() {
      return read(suite, name + suite.output);
    },
  }));
}

/** Declares one test per case, byte for byte, and one against outputs without an input. */
export function describeGolden(suite: GoldenSuite, render: (input: string) => string): void {
  const updating = process.env['UPDATE_GOLDEN'] === '1';
  if (updating && process.env['CI'] !== undefined) throw new Error('npm run golden is refused in CI');

  const cases = names(suite, suite.input);
  const orphans = names(suite, suite.output).filter((name) => !cases.includes(name));
  describe(`golden files in ${suite.directory}`, () => {
    it('has cases', () => assert.notEqual(cases.length, 0));

    it('has no output without an input', () => {
      if (updating) for (const name of orphans) rmSync(pathOf(suite, name + suite.output));
      else assert.deepEqual(orphans, [], `outputs without an input: ${orphans}; ${remedy}`);
    });

    for (const name of cases) {
      it(name, () => {
        const text = render(read(suite, name + suite.input));
        if (updating) writeFileSync(pathOf(suite, name + suite.output), text);
        else
          assert.equal(text, outputOf(suite, name), `test/golden/${suite.directory}/${name}${suite.output}: ${remedy}`);
      });
    }
  });
}

/** Compares a whole committed file with what is made now, or writes it there. */
export function holdFile(file: string, text: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  else assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : undefined, text, `${file}: ${remedy}`);
}

/** A case that is new has no output yet. */
function outputOf(suite: GoldenSuite, name: string): string | undefined {
  const file = name + suite.output;
  return existsSync(pathOf(suite, file)) ? read(suite, file) : undefined;
}

function names({ directory }: GoldenSuite, ending: string): readonly string[] {
  return globSync(`*${ending}`, { cwd: pathOf({ directory }, '') })
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

function read(suite: GoldenSuite, file: string): string {
  return readFileSync(pathOf(suite, file), 'utf8');
}

function pathOf({ directory }: Pick<GoldenSuite, 'directory'>, file: string): string {
  return join(import.meta.dirname, '../golden', directory, file);
}
