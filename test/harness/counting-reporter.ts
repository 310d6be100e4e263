import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** mocha's spec report for people, and its own counts for the run as a whole in the file that COUNTS_FILE names. */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const file = process.env['COUNTS_FILE'];
      if (file !== undefined) writeFileSync(file, JSON.stringify(runner.stats));
    });
  }
}

// biome-ignore lint/style/noDefaultExport: mocha takes the default export of a reporter module.
export default CountingReporter;
