import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { isAtLeast } from '../../deploy/local/install/go.ts';
import { actionlint } from '../../deploy/local/tools/actionlint.ts';
import { dashboardJudge } from '../../deploy/local/tools/dashboard.ts';
import { helm } from '../../deploy/local/tools/helm.ts';
import { kubeScore } from '../../deploy/local/tools/kube-score.ts';
import { kubeconform } from '../../deploy/local/tools/kubeconform.ts';
import { envtestArchives, judgingVersions, modFileOf, otherKubernetes, versions } from '../../deploy/local/versions.ts';

const goMod = readFileSync('deploy/local/control-plane/go.mod', 'utf8');
const nodeGoMod = readFileSync('deploy/local/node/go.mod', 'utf8');

describe('versions of the local environment', () => {
  for (const { what, line } of [
    { what: 'Kubernetes', line: `\tk8s.io/kubernetes v${versions.kubernetes}` },
    { what: 'etcd', line: `\tgo.etcd.io/etcd/server/v3 v${versions.etcd}` },
    { what: 'the oldest Go', line: `go ${versions.goLeast}\n` },
  ]) {
    it(`agree with go.mod about ${what}`, () => assert.ok(goMod.includes(line), `go.mod has no line ${line}`));
  }

  it('agree with the go.mod of the node about containerd and the oldest Go', () => {
    assert.ok(nodeGoMod.includes(`\tgithub.com/containerd/containerd/v2 v${versions.containerd} `));
    assert.ok(nodeGoMod.includes(`go ${versions.goLeast}\n`));
  });

  it('agree with go.mod about every staging module of Kubernetes', () => {
    const replaced = [...goMod.matchAll(/(k8s\.io\/\S+) => k8s\.io\/\S+ v(\S+)/g)];
    assert.ok(replaced.length > 30);
    const staging = versions.kubernetes.replace(/^1\./, '0.');
    assert.deepEqual(
      replaced.filter(([, , version]) => version !== staging).map(([, module]) => module),
      [],
    );
  });

  for (const { name, version, package: main, directory } of [helm, actionlint, kubeconform, kubeScore]) {
    it(`agree with go.mod about ${name}`, () => {
      const [module] = main.split('/cmd/');
      assert.ok(readFileSync(`${directory}/go.mod`, 'utf8').includes(`\t${module} v${version} `));
    });
  }

  it('agree with go.mod about the library that judges dashboards', () => {
    const { directory, version } = dashboardJudge;
    const library = 'github.com/grafana/grafana-foundation-sdk/go';
    assert.ok(readFileSync(`${directory}/go.mod`, 'utf8').includes(`require ${library} v${version}\n`));
  });

  it('fetch a Go that builds the control plane', () => {
    assert.ok(isAtLeast(versions.go, versions.goLeast));
    assert.ok(isAtLeast(versions.goBin, versions.goLeast));
  });

  it('name archives of the same Kubernetes, each with a SHA-512', () => {
    for (const { url, sha512 } of Object.values(envtestArchives)) {
      assert.ok(url.includes(`envtest-v${versions.kubernetes}-`));
      assert.match(sha512, /^[0-9a-f]{128}$/);
    }
  });

  for (const { version, least, want } of [
    { version: '1.26.0', least: '1.26.0', want: true },
    { version: '1.26.10', least: '1.26.9', want: true },
    { version: '1.9.7', least: '1.21.0', want: false },
    { version: '1.26', least: '1.26.1', want: false },
    { version: '2.0', least: '1.26.1', want: true },
  ]) {
    it(`take ${version} ${want ? 'for' : 'not for'} ${least} or newer`, () =>
      assert.equal(isAtLeast(version, least), want));
  }
});

describe('the other versions of Kubernetes that suites run on', () => {
  const directory = 'deploy/local/control-plane';

  it('are the oldest and the newest of those that judge the CRDs, and not that of the control plane', () => {
    assert.deepEqual(otherKubernetes, [judgingVersions.at(0), judgingVersions.at(-1)]);
    assert.equal(new Set<string>([...otherKubernetes, versions.kubernetes]).size, 3);
  });

  it('have a .mod and a .sum file each, and no other is there', () => {
    const wanted = otherKubernetes.map(modFileOf).flatMap((mod) => [mod, mod.replace('.mod', '.sum')]);
    const found = globSync(`${directory}/[0-9]*`).map((file) => basename(file));
    assert.deepEqual(found.sort(), wanted.sort());
  });

  // Of these no Go module proxy that we asked has the last patch.
  const replacedByOlder: Readonly<Record<string, readonly string[]>> = {
    '1.31.14': ['k8s.io/endpointslice', 'k8s.io/kube-controller-manager', 'k8s.io/kube-scheduler'],
  };

  for (const version of otherKubernetes) {
    it(`have the sources of ${version} and a Go of ours, as its .mod file says`, () => {
      const mod = readFileSync(`${directory}/${modFileOf(version)}`, 'utf8');
      assert.ok(mod.includes(`\tk8s.io/kubernetes v${version} `));
      assert.ok(mod.includes(`\ngo ${versions.goLeast}\n`));
      const replaced = [...mod.matchAll(/(k8s\.io\/\S+) => k8s\.io\/\S+ v(\S+)/g)];
      assert.ok(replaced.length >= 30);
      const staging = version.replace(/^1\./, '0.');
      assert.deepEqual(
        replaced.filter(([, , found]) => found !== staging).map(([, module]) => module),
        replacedByOlder[version] ?? [],
      );
    });
  }
});

describe('the versions of Kubernetes that judge the CRDs', () => {
  const directory = 'deploy/local/apiextensions';

  it('begin with the oldest that the chart takes, and hold that of the control plane', () => {
    const { kubeVersion } = parse(readFileSync('helm/mtls-operator/Chart.yaml', 'utf8'));
    const [minor] = /^\d+\.\d+/.exec(judgingVersions[0]) ?? [];
    assert.equal(kubeVersion, `>=${minor}.0-0`);
    assert.ok(judgingVersions.includes(versions.kubernetes));
    const rising = [...judgingVersions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    assert.deepEqual(judgingVersions, rising);
  });

  it('have a .mod and a .sum file each, and no other is there', () => {
    const wanted = judgingVersions.map(modFileOf).flatMap((mod) => [mod, mod.replace('.mod', '.sum')]);
    const found = globSync(`${directory}/[0-9]*`).map((file) => basename(file));
    assert.deepEqual(found.sort(), wanted.sort());
  });

  for (const version of judgingVersions) {
    it(`have the libraries of ${version}, as its .mod file says`, () => {
      const mod = readFileSync(`${directory}/${modFileOf(version)}`, 'utf8');
      const own = [...mod.matchAll(/k8s\.io\/(?:api\w*|apiextensions-apiserver|client-go|component-base) v(\S+)/g)];
      assert.ok(own.length >= 6, mod);
      assert.deepEqual(new Set(own.map(([, found]) => found)), new Set([version.replace(/^1\./, '0.')]));
    });
  }
});
