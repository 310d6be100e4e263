import { ensureDebianPrograms } from '../install/debian-programs.ts';
import type { Progress } from '../install/progress.ts';

/** The path of promtool, of Debian's package of Prometheus, whose service is not started. Throws a SetupFailure. */
export async function ensurePromtool(progress: Progress): Promise<string> {
  const { promtool } = await ensureDebianPrograms({ promtool: 'prometheus' }, { purpose: 'Testing alerts', progress });
  return promtool;
}
