import { mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modFileOf, type OtherKubernetes, versions } from '../versions.ts';
import { hostPlatform } from './cache.ts';
import { explainRun } from './explain-run.ts';
import { ensureGo, type GoSearch } from './go.ts';
import { runLogged } from './logged-run.ts';
import { findIn, type NodeProgramName, type ProgramName } from './programs.ts';

const moduleDirectory = fileURLToPath(new URL('../control-plane', import.meta.url));

type BuiltName = ProgramName | NodeProgramName;

const packages: Readonly<Record<BuiltName, string>> = {
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  etcd: 'go.etcd.io/etcd/server/v3',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
};

const versionPackage = 'k8s.io/component-base/version';
/** Without its version the server calls itself v0.0.0, and clients and feature gates go astray. */
function linkerFlagsOf(kubernetes: string): string {
  const [major, minor] = kubernetes.split('.');
  return [
    '-s -w',
    `-X ${versionPackage}.gitVersion=v${kubernetes}`,
    `-X ${versionPackage}.gitMajor=${major}`,
    `-X ${versionPackage}.gitMinor=${minor}`,
  ].join(' ');
}

/**
 * Builds the wanted programs from control-plane/go.mod, or the .mod file of another version; the .sum file beside it vouches
 * for their sources. About 5 minutes on 2 cores when Go's cache is cold.
 */
export async function buildPrograms<Name extends BuiltName>(
  wanted: readonly Name[],
  search: GoSearch,
  other?: OtherKubernetes,
): Promise<Partial<Record<Name, string>>> {
  const go = await ensureGo(search);
  const [goos, goarch] = hostPlatform.split('-');
  const temporary = join(search.partial, 'go-tmp');
  mkdirSync(temporary);
  const env = {
    GOTOOLCHAIN: go.toolchain,
    // Not empty: then what the user put there with `go env -w` would count.
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
    GO111MODULE: 'on',
    CGO_ENABLED: '0',
    GOOS: goos,
    GOARCH: goarch,
    GOTMPDIR: temporary,
  };
  const run = async (args: readonly string[], onLine: (line: string) => void) => {
    const ended = await runLogged(go.command, args, { cwd: moduleDirectory, env, logFile: search.logFile, onLine });
    if (!ended.ok) throw explainRun(`Building ${wanted.join(', ')} failed`, ended, search.logFile);
    return ended.stdout;
  };
  const targets = wanted.map((name) => packages[name]);

  let fetched = 0;
  const modFile = other === undefined ? [] : [`-modfile=${modFileOf(other)}`];
  const dependencies = await run(['list', ...modFile, '-deps', ...targets], (line) => {
    if (line.startsWith('go: downloading ')) search.progress(`building Kubernetes: fetched ${++fetched} modules`);
  });
  const total = new Set(dependencies.split('\n')).size;

  const linkerFlags = linkerFlagsOf(other ?? versions.kubernetes);
  const bin = join(search.partial, 'built');
  let compiled = 0;
  search.progress(`building ${wanted.join(', ')}`);
  await run(
    ['build', '-v', ...modFile, '-trimpath', '-buildvcs=false', '-ldflags', linkerFlags, '-o', `${bin}/`, ...targets],
    () => {
      search.progress(`building Kubernetes: compiled ${count(++compiled)} of at most ${count(total)} packages`);
    },
  );
  // Go names a program after the last part of its package's path.
  if (wanted.some((name) => name === 'etcd'))
    renameSync(join(bin, basename(join(packages.etcd, '..'))), join(bin, 'etcd'));
  return findIn(bin, wanted);
}

function count(packages: number): string {
  return packages.toLocaleString('en');
}
