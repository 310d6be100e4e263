import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SetupFailure } from '../setup-failure.ts';

export interface DemoOptions {
  /** End after the checks, with exit code 0 only if every expected result was seen. */
  readonly once: boolean;
  /** A cluster of the user's own. Without it a control plane is started; the variable KUBECONFIG is never used. */
  readonly kubeconfig: string | undefined;
  /** Everything in pods, on a node of its own. */
  readonly cluster: boolean;
}

const usage = 'npm run demo -- [--once] [--cluster | --kubeconfig FILE]';

export function parseOptions(argv: readonly string[]): DemoOptions {
  const given = parse(argv);
  if (given.cluster && given.kubeconfig !== undefined) {
    throw new SetupFailure(
      '--cluster starts a node of its own, and --kubeconfig names a cluster of yours: give one of them.',
    );
  }
  if (given.kubeconfig !== undefined && !existsSync(given.kubeconfig)) {
    throw new SetupFailure(`The kubeconfig ${given.kubeconfig} does not exist.`);
  }
  return given;
}

function parse(argv: readonly string[]): DemoOptions {
  try {
    const options = {
      once: { type: 'boolean' },
      kubeconfig: { type: 'string' },
      cluster: { type: 'boolean' },
    } as const;
    const { once = false, kubeconfig, cluster = false } = parseArgs({ args: [...argv], options }).values;
    return { once, kubeconfig, cluster };
  } catch {
    throw new SetupFailure(`The options are not understood; usage: ${usage}`);
  }
}
