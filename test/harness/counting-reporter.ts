import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

/**
 * mocha's spec report for people. For the run as a whole, the file that COUNTS_FILE names gets mocha's own counts, and
 * of each failure its title and the first line of its error; a skipped test is one.
 */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const failed: string[] = [];
    runner.on(EVENT_TEST_FAIL, (test: Mocha.Test, { message }: Error) => {
      failed.push(`${test.fullTitle()}: ${message.split('\n', 1)[0]}`);
    });
    runner.on(EVENT_TEST_PENDING, (test: Mocha.Test) => failed.push(`${test.fullTitle()}: skipped`));
    runner.once(EVENT_RUN_END, () => {
      const file = process.env['COUNTS_FILE'];
      if (file !== undefined) writeFileSync(file, JSON.stringify({ ...runner.stats, failed }));
    });
  }
}

// biome-ignore lint/style/noDefaultExport: mocha takes the default export of a reporter module.
export default CountingReporter;
