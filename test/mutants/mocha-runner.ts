/**
 * Runs the tests of a room for Stryker, in a process of its own. Stryker has a runner for mocha, but it reaches into mocha
 * for what mocha 12 has no more. Files are loaded once: which mutant is active is decided while tests run. Only for code
 * that runs while files are loaded does Stryker begin a new process.
 */
import { globSync } from 'node:fs';
import { INSTRUMENTER_CONSTANTS, type MutantCoverage, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import Mocha from 'mocha';
import { shareHooks, suiteId } from './hook-coverage.ts';

const { EVENT_HOOK_BEGIN, EVENT_TEST_BEGIN, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants;

/** What the mutated sources read and write, as Stryker names it. */
interface Context {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  readonly mutantCoverage?: MutantCoverage;
}

/** Stryker's results say all that is to be said. */
class Silent extends Mocha.reporters.Base {}

class MochaRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  readonly #mocha = new Mocha({ timeout: 0, reporter: Silent });
  readonly #context: Context;
  #loaded = false;

  constructor(options: StrykerOptions) {
    const global = globalThis as { [INSTRUMENTER_CONSTANTS.NAMESPACE]?: Context };
    this.#context = global[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
    for (const file of globSync(options['specs'] as string[])) this.#mocha.addFile(file);
    this.#mocha.cleanReferencesAfterRun(false);
    // A tenth of what a test tries by itself: enough for a mutant that a property is about, and ten times as fast.
    fc.configureGlobal({ numRuns: 10 });
  }

  async capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun({ disableBail }: DryRunOptions): Promise<DryRunResult> {
    const result = await this.#run({ bail: !disableBail });
    if (result.status !== DryRunStatus.Complete) return result;
    const { mutantCoverage: seen = { static: {}, perTest: {} } } = this.#context;
    const ids = result.tests.map(({ id }) => id);
    return { ...result, mutantCoverage: { static: seen.static, perTest: shareHooks(seen.perTest, ids) } };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit, mutantActivation }: MutantRunOptions) {
    this.#context.hitLimit = hitLimit;
    this.#context.hitCount = hitLimit === undefined ? undefined : 0;
    const wanted = testFilter?.map((id) => `^${RegExp.escape(id)}$`).join('|') ?? '';
    this.#mocha.grep(new RegExp(wanted));
    const mutant = activeMutant.id;
    return toMutantRunResult(
      await this.#run({ bail: !disableBail, mutant, whileLoading: mutantActivation === 'static' }),
    );
  }

  async #run({ bail, mutant, whileLoading = false }: RunOptions): Promise<DryRunResult> {
    try {
      await this.#load(whileLoading ? mutant : undefined);
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error) };
    }
    this.#context.activeMutant = mutant;
    setBail(this.#mocha.suite, bail);
    const complete = await this.#runTests();
    return determineHitLimitReached(this.#context.hitCount, this.#context.hitLimit) ?? complete;
  }

  async #load(mutant: string | undefined): Promise<void> {
    if (this.#loaded) return;
    this.#context.activeMutant = mutant;
    await this.#mocha.loadFilesAsync();
    this.#loaded = true;
  }

  #runTests(): Promise<CompleteDryRunResult> {
    const tests: TestResult[] = [];
    const { promise, resolve } = Promise.withResolvers<CompleteDryRunResult>();
    const runner = this.#mocha.run(() => {
      this.#context.currentTestId = undefined;
      resolve({ status: DryRunStatus.Complete, tests });
    });
    let began = performance.now();
    runner.on(EVENT_HOOK_BEGIN, ({ ctx, parent }: Mocha.Hook) => {
      this.#context.currentTestId = ctx?.currentTest?.fullTitle() ?? suiteId(parent?.fullTitle() ?? '');
    });
    runner.on(EVENT_TEST_BEGIN, (test: Mocha.Test) => {
      began = performance.now();
      this.#context.currentTestId = test.fullTitle();
    });
    const resultOf = (test: Mocha.Runnable) => {
      const id = test.ctx?.currentTest?.fullTitle() ?? test.fullTitle();
      return { id, name: id, timeSpentMs: performance.now() - began };
    };
    runner.on(EVENT_TEST_PASS, (test: Mocha.Test) => tests.push({ ...resultOf(test), status: TestStatus.Success }));
    runner.on(EVENT_TEST_FAIL, (test: Mocha.Runnable, error: unknown) =>
      tests.push({ ...resultOf(test), status: TestStatus.Failed, failureMessage: String(error) }),
    );
    return promise;
  }
}

interface RunOptions {
  readonly bail: boolean;
  readonly mutant?: string;
  /** It is active while the files are loaded, too. */
  readonly whileLoading?: boolean;
}

function setBail(suite: Mocha.Suite, bail: boolean): void {
  suite.bail(bail);
  for (const inner of suite.suites) setBail(inner, bail);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'mocha-12', MochaRunner)];
