import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

/** A server on every loopback address that counts who comes. */
class Listener {
  connections = 0;
  readonly #greeting: string | undefined;
  readonly #sockets: Socket[] = [];
  readonly #server = createServer((socket) => {
    this.connections += 1;
    this.#sockets.push(socket);
    socket.on('error', () => {});
    if (this.#greeting !== undefined) socket.end(this.#greeting);
  });

  constructor(greeting?: string) {
    this.#greeting = greeting;
  }

  async listen(): Promise<number> {
    const port = await freePort();
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

const upstreamAt = (name: string, host: string, port: number) => {
  const service = {
    ...{ name, upstream: { nodes: [{ host, port }] } },
    routes: [{ name: 'hello', paths: [`/${name}`] }],
  };
  return anUpstream({ name, port, spec: { service } });
};

describe('nodes of an upstream at addresses that are for no tenant', () => {
  const given = useWhole({ operator: false });
  const listener = new Listener();
  let port: number;
  after(() => listener.stop());

  before('start an operator with the default', async () => {
    port = await listener.listen();
    const { whole } = given;
    const upstreamAddresses = { allow: [], refuse: ['198.51.100.0/24'] };
    await whole.startOperatorWith({ config: { ...whole.config(), upstreamAddresses }, ownAddresses: ['192.0.2.7'] });
  });

  const spelling = 'can be read as different addresses: write four decimal numbers, like 10.0.0.7';
  for (const { host, says } of [
    { host: '127.0.0.1', says: 'is a loopback address' },
    { host: '127.1', says: spelling },
    { host: '2130706433', says: spelling },
    { host: '0x7f000001', says: spelling },
    { host: '0177.0.0.1', says: spelling },
    { host: 'localhost', says: 'has an address that is a loopback address' },
    { host: '0.0.0.0', says: 'is not the address of a host' },
    { host: '169.254.169.254', says: 'is a link-local address' },
    { host: '224.0.0.1', says: 'is a multicast address' },
    { host: '192.0.2.7', says: 'is the operator itself' },
    { host: '198.51.100.9', says: 'is refused by the administrator' },
  ]) {
    it(`${host}: are refused, connected to by nobody, and not told to the gateway`, async () => {
      const { whole } = given;
      await whole.forget();
      await whole.apply(upstreamAt('elsewhere', host, port));
      const { status } = await whole.until('mup', 'elsewhere', 'NginxReady', 'False', 'AddressNotAllowed');
      const messages = status?.conditions?.map(({ type, message }) => `${type} ${message}`) ?? [];
      const where = says === spelling ? host : `${host}:${port}`;
      assert.ok(messages.includes(`NginxReady spec.service.upstream.nodes: ${where} ${says}`), messages.join('\n'));
      await whole.until('mup', 'elsewhere', 'Stalled', 'True', 'AddressNotAllowed');
      assert.deepEqual(await whole.gatewayWrites(), []);
      assert.equal(listener.connections, 0);
    });
  }

  it('are one of several: then the others are not connected to either', async () => {
    const { whole } = given;
    const service = {
      ...{ name: 'elsewhere', routes: [{ name: 'hello', paths: ['/hello'] }] },
      upstream: {
        nodes: [
          { host: '203.0.113.7', port },
          { host: '127.0.0.1', port },
        ],
      },
    };
    await whole.apply(anUpstream({ name: 'elsewhere', port, spec: { service } }));
    const { status } = await whole.until('mup', 'elsewhere', 'NginxReady', 'False', 'AddressNotAllowed');
    assert.ok(!JSON.stringify(status).includes('203.0.113.7'), JSON.stringify(status));
    assert.deepEqual(await whole.gatewayObjects(), []);
  });
});

describe('nodes of an upstream where the administrator allows loopback', () => {
  const given = useWhole();
  const [silent, plain] = [new Listener(), new Listener('220 mail.example ESMTP\r\n')];
  after(() => {
    silent.stop();
    plain.stop();
  });

  it('are not the API server all the same, whatever the spelling of its address', async () => {
    const { whole } = given;
    const port = Number(new URL(whole.cluster.url).port);
    for (const { host, says } of [
      { host: '127.0.0.1', says: 'is the API server' },
      { host: 'localhost', says: 'has an address that is the API server' },
    ]) {
      await whole.apply(upstreamAt('api', host, port));
      const { status } = await whole.until('mup', 'api', 'NginxReady', 'False', 'AddressNotAllowed');
      assert.ok(JSON.stringify(status).includes(`${host}:${port} ${says}`), JSON.stringify(status));
    }
    assert.deepEqual(await whole.gatewayObjects(), []);
  });

  it('are told by one sentence, be they closed, silent, of another protocol or unknown', async () => {
    const { whole } = given;
    const places = {
      closed: { host: '127.0.0.1', port: await freePort() },
      silent: { host: '127.0.0.1', port: await silent.listen() },
      plain: { host: '127.0.0.1', port: await plain.listen() },
      unknown: { host: 'unknown.invalid', port: 8443 },
    };
    await whole.apply(...Object.entries(places).map(([name, { host, port }]) => upstreamAt(name, host, port)));
    for (const [name, { host, port }] of Object.entries(places)) {
      const { status } = await whole.until('mup', name, 'NginxReady', 'False', 'NginxUnreachable');
      const told = status?.conditions?.filter(({ reason }) => reason === 'NginxUnreachable');
      assert.deepEqual(
        [...new Set(told?.map(({ message }) => message))],
        [`NGINX at ${host}:${port} could not be reached`],
      );
    }
    await eventually(() => assert.ok(silent.connections > 0 && plain.connections > 0));
  });
});
