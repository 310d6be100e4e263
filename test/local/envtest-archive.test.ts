import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { fetchArchive, programsInArchive } from '../../deploy/local/install/envtest-archive.ts';
import { SetupFailure } from '../../deploy/local/setup-failure.ts';

const within = Temporal.Duration.from({ milliseconds: 300 });

describe('the published archive', () => {
  let directory: string;
  let bytes: Buffer;
  let sha512: string;
  let closeServer = () => {};

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-archive-'));
    const content = join(directory, 'controller-tools', 'envtest');
    mkdirSync(content, { recursive: true });
    for (const name of programsInArchive) {
      writeFileSync(join(content, name), `#!/bin/sh\necho ${name}\n`);
      chmodSync(join(content, name), 0o755);
    }
    const file = join(directory, 'archive.tar.gz');
    await create({ file, gzip: true, cwd: directory }, ['controller-tools']);
    bytes = readFileSync(file);
    sha512 = createHash('sha512').update(bytes).digest('hex');
  });
  afterEach(() => closeServer());
  after(() => rmSync(directory, { recursive: true }));

  const serve = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeServer = () => {
      server.closeAllConnections();
      server.close();
    };
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    return `http://127.0.0.1:${address.port}/envtest.tar.gz`;
  };

  const fetchFrom = async (answer: RequestListener, sum = sha512) => {
    const target = mkdtempSync(join(directory, 'target-'));
    const url = await serve(answer);
    const wanted = ['kube-apiserver', 'etcd', 'kube-controller-manager'] as const;
    const options = { wanted, directory: target, within, progress: () => {} };
    return { target, found: fetchArchive({ url, sha512: sum }, options) };
  };

  it('gives those of the wanted programs that it holds', async () => {
    const { target, found } = await fetchFrom((_, response) => response.end(bytes));
    assert.deepEqual(await found, { 'kube-apiserver': join(target, 'kube-apiserver'), etcd: join(target, 'etcd') });
  });

  for (const { name, answer } of [
    { name: 'is not there', answer: ((_, response) => response.writeHead(404).end('no')) as RequestListener },
    { name: 'has a broken server', answer: ((_, response) => response.writeHead(503).end('no')) as RequestListener },
    { name: 'has a server that says nothing', answer: (() => {}) as RequestListener },
    { name: 'has a server that hangs up', answer: ((request) => request.socket.destroy()) as RequestListener },
  ]) {
    it(`leaves the programs to the next way when it ${name}`, async () => {
      const { target, found } = await fetchFrom(answer);
      assert.deepEqual(await found, {});
      assert.deepEqual(readdirSync(target), []);
    });
  }

  it('leaves the programs to the next way when nobody listens', async () => {
    const { url, ...options } = { url: await serve(() => {}), wanted: programsInArchive, directory, within };
    closeServer();
    assert.deepEqual(await fetchArchive({ url, sha512 }, { ...options, progress: () => {} }), {});
  });

  for (const { name, answer, sum, want } of [
    {
      name: 'has another checksum',
      answer: ((_, response) => response.end(bytes)) as RequestListener,
      sum: '0'.repeat(128),
      want: /another SHA-512 .* is not used/,
    },
    {
      name: 'is shorter than its server announced',
      answer: ((_, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      }) as RequestListener,
      want: /broke off, so it is not used/,
    },
    {
      name: 'is cut without a trace',
      answer: ((_, response) => response.end(bytes.subarray(0, bytes.length / 2))) as RequestListener,
      want: /another SHA-512/,
    },
  ]) {
    it(`is refused for good when it ${name}`, async () => {
      const { target, found } = await fetchFrom(answer, sum);
      await assert.rejects(found, (error) => error instanceof SetupFailure && want.test(error.message));
      assert.deepEqual(
        readdirSync(target).filter((name) => name !== 'envtest.tar.gz'),
        [],
      );
    });
  }
});
