import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { eventually } from './eventually.ts';
import { launch, type StandIn, startStandIn } from './stand-in-process.ts';

function isAlive(pid: number): boolean {
  try {
    // A process that ended but was not collected yet has no command line.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** The stand-in, its NGINX, and the workers of that. */
function familyOf({ ready: { pid, nginxPid } }: StandIn): readonly number[] {
  const workers = readFileSync(`/proc/${nginxPid}/task/${nginxPid}/children`, 'utf8').trim().split(' ').map(Number);
  return [pid, nginxPid, ...workers];
}

async function complaintOf(child: ChildProcess): Promise<string> {
  const text = child.stderr?.setEncoding('utf8').toArray();
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  return ((await text) ?? []).join('');
}

async function seen(standIn: StandIn): Promise<readonly unknown[]> {
  const { body } = await standIn.call('GET', '/stand-in/requests');
  return (body as { readonly list: readonly unknown[] }).list;
}

describe('the process of the stand-in', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
    it(`takes NGINX with it when it gets ${signal}`, async () => {
      const standIn = await startStandIn();
      const family = familyOf(standIn);
      assert.ok(family.length > 3 && family.every(isAlive));
      standIn.child.kill(signal);
      await eventually(async () => family.filter(isAlive), []);
      await standIn.stop();
    });
  }

  it('stops while a request hangs', async () => {
    const standIn = await startStandIn();
    await standIn.call('PUT', '/stand-in/faults', { latencyMs: 600_000 });
    const hanging = standIn.call('GET', '/api/version').then(
      () => 'answered',
      () => 'ended without an answer',
    );
    await eventually(async () => (await seen(standIn)).length, 1);
    await standIn.stop();
    assert.equal(await hanging, 'ended without an answer');
  });

  it('closes connections without an answer when it is told to', async () => {
    const standIn = await startStandIn();
    await standIn.call('PUT', '/stand-in/faults', { close: true });
    await assert.rejects(standIn.call('GET', '/api/version'), { code: 'ECONNRESET' });
    await standIn.call('PUT', '/stand-in/faults', {});
    assert.deepEqual(await standIn.call('GET', '/api/version'), { status: 200, body: { value: '3.10.1' } });
    assert.deepEqual(await seen(standIn), [
      { method: 'GET', path: '/api/version', status: 0 },
      { method: 'GET', path: '/api/version', status: 200 },
    ]);
    await standIn.stop();
  });

  it('ends when NGINX does', async () => {
    const standIn = await startStandIn();
    process.kill(standIn.ready.nginxPid, 'SIGTERM');
    assert.match(await complaintOf(standIn.child), /NGINX has ended/);
    await standIn.stop();
  });

  it('writes keys for its owner only', async () => {
    const standIn = await startStandIn();
    const readable = globSync(join(standIn.directory, 'state', '**/*.key')).filter(
      (file) => (statSync(file).mode & 0o077) !== 0,
    );
    assert.deepEqual(readable, []);
    await standIn.stop();
  });

  describe('that cannot start', () => {
    let directory: string;
    let ports: { admin: number; https: number; http: number };
    const taken: Server[] = [];

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'stand-in-'));
      ports = { admin: await getPort(), https: await getPort(), http: await getPort() };
    });
    afterEach(() => {
      for (const server of taken.splice(0)) server.close();
      rmSync(directory, { recursive: true, force: true });
    });

    for (const which of ['admin', 'https', 'http'] as const) {
      it(`says that the ${which} port is taken, and leaves nothing behind`, async () => {
        const server = createServer();
        taken.push(server);
        await once(server.listen(ports[which], '127.0.0.1'), 'listening');
        const complaint = await complaintOf(launch(directory, ports));
        assert.match(complaint, new RegExp(`${ports[which]}.*[Aa]ddress already in use|EADDRINUSE.*${ports[which]}`));
        const [nginx = ''] = globSync(join(directory, 'state/nginx/nginx.pid')).map((file) =>
          readFileSync(file, 'utf8'),
        );
        await eventually(async () => isAlive(Number(nginx)), false);
      });
    }
  });
});
