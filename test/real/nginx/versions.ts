import { ensureCurrentNginx } from '../../../deploy/local/install/nginx-current.ts';
import { findOnPath } from '../../../deploy/local/install/programs.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';

/** What the product is held to: the NGINX of the oldest distribution that we know of, and a current one. */
export const nginxVersions = [
  { version: "the distribution's", ensure: async () => findOnPath('nginx'), swapsLeaves: false },
  { version: 'a current one', ensure: fetchCurrent, swapsLeaves: true },
] as const;

async function fetchCurrent(): Promise<string> {
  const progress = printProgress(process.stderr);
  const program = await ensureCurrentNginx(progress);
  progress.done();
  return program;
}
