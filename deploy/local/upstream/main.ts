/**
 * Stands in for the node of the demo: kubelet's part, which mirrors a Secret and a ConfigMap into directories, and the
 * pod's, a real NGINX that includes them, tests every change and reloads. The first JSON line on stdout says that it is
 * ready to work, one more follows for each configuration that was loaded or refused. A signal ends it with its NGINX;
 * NGINX also ends when this process is killed. It knows nothing of the operator but the names of the two objects.
 */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { findOnPath } from '../install/programs.ts';
import { stopOnExit } from '../processes/stop-on-exit.ts';
import { SetupFailure } from '../setup-failure.ts';
import { startIpBackend } from './ip-backend.ts';
import { agentConf, Nginx, nginxConf } from './nginx.ts';
import { type Options, parseOptions } from './options.ts';
import { ProjectedVolume } from './projected-volume.ts';
import { project, type Source } from './projector.ts';
import { whenQuiet } from './when-quiet.ts';

/** The two volumes change one after the other; NGINX is to meet both. */
const quiet = Temporal.Duration.from({ milliseconds: 100 });

/** A pod does not start before its volumes are there. */
const needed = ['tls/tls.crt', 'tls/tls.key', 'tls/ca.crt'];

function say(event: string, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
}

function isComplete(directory: string): boolean {
  const hasConfig = globSync('conf.d/*.conf', { cwd: directory }).length > 0;
  return hasConfig && needed.every((file) => existsSync(join(directory, file)));
}

function createNginx({ directory, agent }: Options): Nginx {
  const program = findOnPath('nginx');
  if (program === undefined) throw new SetupFailure('NGINX is missing: install the package nginx-light.');
  const onEnd = (end: string) => {
    throw new Error(`NGINX has ended (${end}); its log is ${directory}/nginx.log`);
  };
  return new Nginx(program, directory, onEnd, agent ? agentConf(directory) : nginxConf);
}

/** Resolves when both objects have been asked for once. */
async function projectBoth(options: Options, swapped: () => void, signal: AbortSignal): Promise<void> {
  const { directory, namespace, secret, configMap } = options;
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(options.kubeconfig);
  const follow = (source: Source, volume: ProjectedVolume) =>
    new Promise<void>((listed) => {
      const failed = () => say('not-mirrored', { object: source.name });
      void project(kubeConfig, source, volume, { swapped, listed, failed }, signal);
    });
  await Promise.all([
    follow({ plural: 'secrets', namespace, name: secret }, new ProjectedVolume(join(directory, 'tls'), 0o600)),
    follow({ plural: 'configmaps', namespace, name: configMap }, new ProjectedVolume(join(directory, 'conf.d'), 0o644)),
  ]);
}

function fail(error: unknown): void {
  process.stderr.write(`upstream: ${error instanceof Error ? error.message : String(error)}\n`);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const nginx = createNginx(options);
  const stopping = new AbortController();
  const stop = async () => {
    stopping.abort();
    await nginx.stop();
  };
  stopOnExit({ stop }, fail);
  const load = async () => {
    if (!stopping.signal.aborted && (options.agent || isComplete(options.directory))) say('nginx', await nginx.load());
  };
  const changed = whenQuiet(quiet, load);
  let ready = false;
  if (options.ipPort !== undefined) await startIpBackend(options.ipPort);
  await projectBoth(options, () => ready && !options.agent && changed(), stopping.signal);
  ready = true;
  say('ready', { pid: process.pid });
  changed();
}

await main().catch((error) => {
  fail(error);
  process.exit(1);
});
