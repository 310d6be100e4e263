import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireNodeMachine } from '../../deploy/local/install/node-machine.ts';
import { acceptForwarded, forward } from '../../deploy/local/node/forwarding.ts';
import { digestOf, type Recipe } from '../../deploy/local/node/image.ts';
import { eventually } from '../harness/eventually.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mtls-operator-node-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a machine for a node', () => {
  for (const machine of [
    { platform: 'linux', user: 1000 },
    { platform: 'darwin', user: 0 },
    { platform: 'win32', user: undefined },
  ])
    it(`is not one of ${machine.platform} with user ${machine.user}, which says in one sentence what runs there`, () =>
      assert.throws(
        () => requireNodeMachine('npm run test:real', machine),
        /needs Linux and root.*"npm run test:real" runs here[^\n]*$/,
      ));

  it('is Linux with root', () => requireNodeMachine('npm run test:real', { platform: 'linux', user: 0 }));
});

describe("the way into the node's network", () => {
  let target: Server;
  let gate: Server;
  let way: { readonly port: number; stop(): Promise<void> };

  const open = async () => {
    const socket = connect(way.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const listen = async () => {
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    gate = await acceptForwarded(join(directory, 'gate.sock'));
    const { port } = target.address() as AddressInfo;
    way = await forward(join(directory, 'gate.sock'), { host: '127.0.0.1', port });
  };
  afterEach(async () => {
    await way.stop();
    gate.close();
    target.close();
  });

  it('brings a megabyte there and back, and each end', async () => {
    target = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    await listen();
    const sent = Buffer.alloc(1_000_000, 'mtls');
    const socket = await open();
    socket.end(sent);
    const received: Buffer[] = [];
    for await (const chunk of socket) received.push(chunk);
    assert.ok(Buffer.concat(received).equals(sent));
  });

  it('ends with the connection there', async () => {
    target = createServer((socket) => socket.destroy());
    await listen();
    await once(await open(), 'close');
  });

  it('ends where nothing listens', async () => {
    target = createServer();
    await listen();
    target.close();
    await once(target, 'close');
    await once(await open(), 'close');
  });

  it('refuses a first line that does not end', async () => {
    target = createServer();
    await listen();
    const socket = connect(join(directory, 'gate.sock'));
    socket.write('x'.repeat(1000));
    await once(socket, 'close');
  });

  it('keeps nothing open once it is stopped', async () => {
    target = createServer();
    await listen();
    const [accepted] = await Promise.all([once(target, 'connection'), open()]);
    await way.stop();
    await eventually(() => assert.ok(accepted[0].destroyed));
  });
});

describe('an image', () => {
  const recipe = (): Recipe => ({ name: 'any', dockerfile: join(directory, 'Dockerfile'), context: directory });

  for (const { what, change } of [
    { what: 'its Dockerfile', change: () => writeFileSync(join(directory, 'Dockerfile'), 'FROM other') },
    { what: 'a file', change: () => writeFileSync(join(directory, 'main.js'), 'two') },
    { what: 'the mode of a file', change: () => chmodSync(join(directory, 'main.js'), 0o600) },
    { what: 'what files there are', change: () => writeFileSync(join(directory, '.hidden'), '') },
  ])
    it(`is another one with another state of ${what}`, () => {
      writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch');
      writeFileSync(join(directory, 'main.js'), 'one', { mode: 0o644 });
      const before = digestOf(recipe());
      assert.equal(digestOf(recipe()), before);
      change();
      assert.notEqual(digestOf(recipe()), before);
    });

  it('is another one on another base', () => {
    writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch');
    const on = (reference: string) => digestOf({ ...recipe(), base: { reference, archive: '' } });
    assert.notEqual(on('localhost/node:a'), on('localhost/node:b'));
  });
});
