import { platform } from 'node:os';
import { SetupFailure } from '../setup-failure.ts';

/** A node makes namespaces, mounts and bridges of its own. Throws a SetupFailure on a machine that cannot give them. */
export function requireNodeMachine(
  machine: { readonly platform: string; readonly user: number | undefined } = {
    platform: platform(),
    user: process.getuid?.(),
  },
): void {
  if (machine.platform === 'linux' && machine.user === 0) return;
  throw new SetupFailure(
    'A node with real pods needs Linux and root, and this is another system or another user: run it as root there; "npm run test:real" runs here, against the same API server without pods.',
  );
}
