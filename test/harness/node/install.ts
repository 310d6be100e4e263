import { ensureClientPrograms } from '../../../deploy/local/install/client-programs.ts';
import { ensureNginx } from '../../../deploy/local/install/nginx.ts';
import { requireNodeMachine } from '../../../deploy/local/install/node-machine.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';

/** What these suites run on, before the first of them: a machine that lacks it gets it, or the run fails. */
export async function mochaGlobalSetup(): Promise<void> {
  requireNodeMachine();
  const progress = printProgress(process.stderr);
  await ensureClientPrograms(progress);
  await ensureNginx(progress);
  progress.done();
}
