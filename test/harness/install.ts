import { ensureClientPrograms } from '../../deploy/local/install/client-programs.ts';
import { ensureControlPlane } from '../../deploy/local/install/control-plane.ts';
import { ensureNginx } from '../../deploy/local/install/nginx.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';

/** What real suites run on, before the first of them: a machine that lacks it gets it, or the run fails. */
export async function mochaGlobalSetup(): Promise<void> {
  const progress = printProgress(process.stderr);
  await ensureClientPrograms(progress);
  await ensureNginx(progress);
  await ensureControlPlane(progress);
  progress.done();
}
