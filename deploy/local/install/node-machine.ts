import { platform } from 'node:os';
import { SetupFailure } from '../setup-failure.ts';

/**
 * A node makes namespaces, mounts and bridges of its own. Throws a SetupFailure on a machine that cannot give them, with
 * the command that runs on any.
 */
export function requireNodeMachine(
  instead = 'npm run test:real',
  machine: { readonly platform: string; readonly user: number | undefined } = {
    platform: platform(),
    user: process.getuid?.(),
  },
): void {
  if (machine.platform === 'linux' && machine.user === 0) return;
  throw new SetupFailure(
    `A node with real pods needs Linux and root, and this is another system or another user: run it as root there; "${instead}" runs here, against the same API server without pods.`,
  );
}
