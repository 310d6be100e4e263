import { SetupFailure } from '../setup-failure.ts';
import { installPackages } from './debian.ts';
import { runLogged } from './logged-run.ts';
import type { Progress } from './progress.ts';

/**
 * Makes a virtual environment of Python, which Debian ships without venv. `because` begins the sentence for the case
 * that it cannot: a SetupFailure.
 */
export async function makeVenv(
  directory: string,
  { because, logFile, progress }: { readonly because: string; readonly logFile: string; readonly progress: Progress },
): Promise<void> {
  const make = () => runLogged('python3', ['-m', 'venv', directory], { logFile });
  if ((await make()).ok) return;
  await installPackages(['python3-venv'], { because, progress });
  if (!(await make()).ok)
    throw new SetupFailure(`${because}: no virtual environment could be made, the reason is at the end of ${logFile}.`);
}
