import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { ensureControlPlane } from '../../deploy/local/install/control-plane.ts';
import { programsInArchive } from '../../deploy/local/install/envtest-archive.ts';

const within = Temporal.Duration.from({ seconds: 2 });

function writeProgram(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
}

/** kube-controller-manager is in KUBEBUILDER_ASSETS here, so that nothing is left to be built. */
describe('the programs of the control plane', () => {
  let directory: string;
  let server: Server;
  let requests: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-programs-'));
    for (const name of programsInArchive) writeProgram(join(directory, 'controller-tools', 'envtest', name));
    await create({ file: join(directory, 'archive'), gzip: true, cwd: directory }, ['controller-tools']);
    requests = 0;
    server = createServer((_, response) => {
      requests++;
      response.end(readFileSync(join(directory, 'archive')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  const ensure = (assets: readonly string[], sha512?: string) => {
    for (const name of assets) writeProgram(join(directory, 'assets', name));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const sum = createHash('sha512')
      .update(readFileSync(join(directory, 'archive')))
      .digest('hex');
    const archive = { url: `http://127.0.0.1:${address.port}/`, sha512: sha512 ?? sum };
    const progress = () => {};
    return ensureControlPlane(progress, {
      assets: join(directory, 'assets'),
      cache: join(directory, 'cache'),
      archive,
      within,
    });
  };
  const from = (place: string, path: string) => path.startsWith(join(directory, place));

  it('come from KUBEBUILDER_ASSETS when it has them all, and nothing is fetched', async () => {
    const programs = await ensure([...programsInArchive, 'kube-controller-manager']);
    assert.ok(Object.values(programs).every((path) => from('assets', path)));
    assert.equal(requests, 0);
  });

  it('come from the archive where KUBEBUILDER_ASSETS lacks them, and then from the cache', async () => {
    const programs = await ensure(['kube-controller-manager', 'kubectl']);
    assert.deepEqual(
      Object.entries(programs)
        .filter(([, path]) => from('cache', path))
        .map(([name]) => name)
        .sort(),
      ['etcd', 'kube-apiserver'],
    );
    assert.deepEqual(await ensure([]), programs);
    assert.equal(requests, 1);
  });

  it('are not installed at all from an archive that was changed', async () => {
    await assert.rejects(ensure(['kube-controller-manager', 'kubectl'], '0'.repeat(128)), /another SHA-512/);
    await ensure(['kube-controller-manager', 'kubectl']);
    assert.equal(requests, 2);
  });
});
