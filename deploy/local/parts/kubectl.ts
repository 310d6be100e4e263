import { execa } from 'execa';
import { SetupFailure } from '../setup-failure.ts';

/** kubectl against one cluster; its output, or a SetupFailure with what kubectl said. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

export function kubectlFor(program: string, kubeconfig: string): Kubectl {
  return async (args, input = '') => {
    const run = await execa(program, ['--kubeconfig', kubeconfig, ...args], { input, reject: false });
    if (run.exitCode === 0) return run.stdout;
    throw new SetupFailure(`kubectl ${args.slice(0, 3).join(' ')} failed: ${run.stderr.trim()}`);
  };
}
