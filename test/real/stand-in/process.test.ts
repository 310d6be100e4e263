import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import getPort from 'get-port';
import { createAuthority } from './authority.ts';
import { eventuallyEqual } from './eventually-equal.ts';
import { launch, readReady, type StandIn, startStandIn } from './stand-in-process.ts';

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

const aService = { name: 's', type: 'http', upstream: { nodes: [] } };

describe('the process of the stand-in', () => {
  const started: StandIn[] = [];
  async function start(): Promise<StandIn> {
    const standIn = await startStandIn();
    started.push(standIn);
    return standIn;
  }
  afterEach(async () => {
    await Promise.all(started.splice(0).map((standIn) => standIn.stop()));
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const) {
    it(`takes NGINX with it when it gets ${signal}`, async () => {
      const standIn = await start();
      const family = familyOf(standIn);
      assert.ok(family.length > 3 && family.every(isAlive));
      standIn.child.kill(signal);
      await eventuallyEqual(async () => family.filter(isAlive), []);
    });
  }

  it('stops while a request hangs', async () => {
    const standIn = await start();
    await standIn.call('PUT', '/stand-in/faults', { latencyMs: 600_000 });
    const hanging = standIn.call('GET', '/api/version').then(
      () => 'answered',
      () => 'ended without an answer',
    );
    await eventuallyEqual(async () => (await seen(standIn)).length, 1);
    await standIn.stop();
    assert.equal(await hanging, 'ended without an answer');
  });

  it('closes connections without an answer when it is told to', async () => {
    const standIn = await start();
    await standIn.call('PUT', '/stand-in/faults', { close: true });
    await assert.rejects(standIn.call('GET', '/api/version'), { code: 'ECONNRESET' });
    await standIn.call('PUT', '/stand-in/faults', {});
    assert.deepEqual(await standIn.call('GET', '/api/version'), { status: 200, body: { value: '3.10.1' } });
    assert.deepEqual(await seen(standIn), [
      { method: 'GET', path: '/api/version', status: 0 },
      { method: 'GET', path: '/api/version', status: 200 },
    ]);
  });

  it('closes connections in the middle of an answer when it is told to, after it did what it was asked for', async () => {
    const standIn = await start();
    await standIn.call('PUT', '/stand-in/faults', { closeMidAnswer: true });
    await assert.rejects(standIn.put('services', 's', aService), /aborted|ECONNRESET/);
    await standIn.call('PUT', '/stand-in/faults', {});
    await standIn.put('routes', 'r', { name: 'r', service_id: 's', paths: ['/'] });
  });

  it('never answers when it is told to, and does what it was asked for', async () => {
    const standIn = await start();
    await standIn.call('PUT', '/stand-in/faults', { hang: true, methods: ['PUT'] });
    const hanging = standIn.put('services', 's', aService).catch(() => 'ended without an answer');
    const list = `/apisix/admin/services?gateway_group_id=${standIn.ready.groups['default']}`;
    await eventuallyEqual(async () => ((await standIn.call('GET', list)).body as { readonly total: number }).total, 1);
    assert.equal(((await seen(standIn))[0] as { readonly status: number }).status, 0);
    await standIn.stop();
    assert.equal(await hanging, 'ended without an answer');
  });

  it('ends when NGINX does', async () => {
    const standIn = await start();
    process.kill(standIn.ready.nginxPid, 'SIGTERM');
    assert.match(await complaintOf(standIn.child), /NGINX has ended/);
  });

  it('writes keys for its owner only', async () => {
    const standIn = await start();
    const readable = globSync(join(standIn.directory, 'state', '**/*.key')).filter(
      (file) => (statSync(file).mode & 0o077) !== 0,
    );
    assert.deepEqual(readable, []);
  });

  it('shows the Admin API certificate that it was given, and makes none', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stand-in-'));
    const ca = await createAuthority(directory, 'ca');
    const { cert, key } = await ca.issue({ commonName: 'x', usage: 'serverAuth', dnsNames: ['gateway.test'] });
    const [certFile, keyFile] = [join(directory, 'given.crt'), join(directory, 'given.key')];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const ports = { admin: await getPort(), https: await getPort(), http: await getPort() };
    const child = launch(directory, ports, ['--tls-cert', certFile, '--tls-key', keyFile]);
    assert.equal((await readReady(child)).adminCa, null);
    const socket = connect({ port: ports.admin, host: '127.0.0.1', servername: 'gateway.test', ca: ca.certificate });
    await once(socket, 'secureConnect');
    socket.destroy();
    child.kill();
    await once(child, 'exit');
    rmSync(directory, { recursive: true });
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
        await eventuallyEqual(async () => isAlive(Number(nginx)), false);
      });
    }
  });
});
