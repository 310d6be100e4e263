import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isAtLeast } from '../../deploy/local/install/go.ts';
import { envtestArchives, versions } from '../../deploy/local/versions.ts';

const goMod = readFileSync(new URL('../../deploy/local/control-plane/go.mod', import.meta.url), 'utf8');

describe('versions of the local environment', () => {
  for (const { what, line } of [
    { what: 'Kubernetes', line: `\tk8s.io/kubernetes v${versions.kubernetes}` },
    { what: 'etcd', line: `\tgo.etcd.io/etcd/server/v3 v${versions.etcd}` },
    { what: 'the oldest Go', line: `go ${versions.goLeast}\n` },
  ]) {
    it(`agree with go.mod about ${what}`, () => assert.ok(goMod.includes(line), `go.mod has no line ${line}`));
  }

  it('agree with go.mod about every staging module of Kubernetes', () => {
    const replaced = [...goMod.matchAll(/(k8s\.io\/\S+) => k8s\.io\/\S+ v(\S+)/g)];
    assert.ok(replaced.length > 30);
    const staging = versions.kubernetes.replace(/^1\./, '0.');
    assert.deepEqual(
      replaced.filter(([, , version]) => version !== staging).map(([, module]) => module),
      [],
    );
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
