import type { CoverageData, CoveragePerTestId } from '@stryker-mutator/api/core';

const prefix = 'before all of ';

/** What `before` of a suite reaches is noted under this name. */
export function suiteId(title: string): string {
  return prefix + title;
}

/** Gives to each test what it reached itself and what the `before` of its suites did. */
export function shareHooks(coverage: CoveragePerTestId, tests: readonly string[]): CoveragePerTestId {
  const hooks = Object.entries(coverage).filter(([id]) => id.startsWith(prefix));
  const sharedWith = (test: string) => hooks.filter(([id]) => test.startsWith(id.slice(prefix.length)));
  return Object.fromEntries(
    tests.map((test) => [test, sum([coverage[test] ?? {}, ...sharedWith(test).map(([, one]) => one)])]),
  );
}

function sum(all: readonly CoverageData[]): CoverageData {
  const total: CoverageData = {};
  for (const one of all) for (const [mutant, hits] of Object.entries(one)) total[mutant] = (total[mutant] ?? 0) + hits;
  return total;
}
