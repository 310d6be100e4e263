import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requirePort } from '../../deploy/local/processes/ports.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';
import { waitUntil } from '../../deploy/local/processes/wait-until.ts';
import { SetupFailure } from '../../deploy/local/setup-failure.ts';

const milliseconds = (count: number) => Temporal.Duration.from({ milliseconds: count });
describe('processes', () => {
  let directory: string;
  let processes: Processes;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-operator-processes-'));
    processes = new Processes(directory);
  });
  afterEach(async () => {
    await processes.stop();
    rmSync(directory, { recursive: true });
  });

  const shell = (name: string, script: string) => processes.start({ name, command: 'sh', args: ['-c', script] });

  it('are stopped last first, once', async () => {
    const order: string[] = [];
    for (const name of ['etcd', 'api server']) processes.own({ stop: async () => void order.push(name) });
    await Promise.all([processes.stop(), processes.stop()]);
    assert.deepEqual(order, ['api server', 'etcd']);
  });

  it('are all stopped even if one fails to', async () => {
    let stopped = false;
    processes.own({
      stop: async () => {
        stopped = true;
      },
    });
    processes.own({ stop: () => Promise.reject(new Error('no')) });
    await processes.stop();
    assert.ok(stopped);
  });

  it('are killed when they do not end within the grace', async () => {
    const child = shell('stubborn', "trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await waitUntil(async () => child.lastLines() === 'ready', { child, within: milliseconds(4000) });
    await child.stop(milliseconds(100));
    assert.equal(await child.whenEnded, 'signal SIGKILL');
  });

  it('are not started after the stop', async () => {
    await processes.stop();
    assert.throws(() => shell('late', 'true'), /late was to be started after everything was stopped/);
  });

  for (const { name, script, want } of [
    {
      name: 'its log when it ends early',
      script: 'echo no such flag >&2; exit 3',
      want: /exit code 3[\s\S]*no such flag/,
    },
    { name: 'its log when it is not ready in time', script: 'echo busy; sleep 9', want: /within 0.3 s[\s\S]*busy/ },
  ]) {
    it(`fail with the last lines of ${name}`, async () => {
      const child = shell('server', script);
      const waiting = waitUntil(async () => false, { child, within: milliseconds(300) });
      await assert.rejects(waiting, (error) => error instanceof SetupFailure && want.test(error.message));
    });
  }

  it('fail with a sentence when the program does not exist', async () => {
    const child = processes.start({ name: 'server', command: join(directory, 'missing') });
    await assert.rejects(
      waitUntil(async () => false, { child, within: milliseconds(4000) }),
      /server ended early \(ENOENT: it could not be started\)/,
    );
  });

  it('fail with the last error of the question whether they are ready', async () => {
    const ready = () => Promise.reject(new Error('connection refused'));
    await assert.rejects(waitUntil(ready, { what: 'the server', within: milliseconds(2000) }), /connection refused/);
  });

  it('fail in time when the question whether they are ready is never answered', async () => {
    const ready = () => new Promise<boolean>(() => {});
    const waiting = waitUntil(ready, { what: 'the server', within: milliseconds(100) });
    await assert.rejects(waiting, /the server was not ready within 0.1 s \(last seen: no answer\)/);
  });

  it('name a port that is taken, and who wants it', async () => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    processes.own({ stop: () => new Promise((resolve) => listener.close(() => resolve())) });
    const address = listener.address();
    assert.ok(address !== null && typeof address === 'object');
    await assert.rejects(requirePort(address.port, 'the gateway'), {
      name: 'SetupFailure',
      message: new RegExp(`Port ${address.port} on 127.0.0.1 is taken, and the gateway needs it`),
    });
  });
});
