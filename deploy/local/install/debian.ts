import { execa } from 'execa';
import { SetupFailure } from '../setup-failure.ts';
import { findOnPath } from './programs.ts';
import type { Progress } from './progress.ts';

/**
 * A package like nginx would start its service, now and at each boot, on ports that are not ours to take. What
 * maintainer scripts call for that is /bin/true here, in a mount namespace of apt's own: the machine's files stay as
 * they are, whatever happens to us. A container that may not make one gets Debian's older way, the single-user runlevel.
 */
const installWithoutServices = `
if [ "$1" != mounted ] && unshare --mount --propagation private true; then
  exec unshare --mount --propagation private sh -c "$SCRIPT" sh mounted "$@"
fi
if [ "$1" = mounted ]; then
  shift
  for tool in /usr/sbin/invoke-rc.d /usr/sbin/update-rc.d /usr/bin/deb-systemd-invoke /usr/bin/deb-systemd-helper; do
    [ ! -e "$tool" ] || mount --bind /bin/true "$tool" || exit
  done
fi
apt-get update -qq && exec apt-get install -y -qq --no-install-recommends "$@"
`;

/** Installs packages of the distribution, without starting the services in them. `because` begins the sentence for the case that it cannot. */
export async function installPackages(
  packages: readonly string[],
  { because, progress }: { readonly because: string; readonly progress: Progress },
): Promise<void> {
  const command = `apt-get install ${packages.join(' ')}`;
  if (findOnPath('apt-get') === undefined)
    throw new SetupFailure(`${because}: install what Debian calls ${packages.join(' ')}.`);
  if (process.getuid?.() !== 0) throw new SetupFailure(`${because}: run "sudo ${command}", then try again.`);

  progress(`installing ${packages.join(', ')}`);
  const { failed } = await execa('sh', ['-c', installWithoutServices, 'sh', ...packages], {
    env: { SCRIPT: installWithoutServices, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdin: 'ignore',
    reject: false,
  });
  if (failed) throw new SetupFailure(`${because}, and "${command}" failed: run it by hand to see why, then try again.`);
}
