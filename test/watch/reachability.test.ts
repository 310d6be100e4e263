import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { Endpoint } from '../../src/api/operator-config.ts';
import { probes } from '../../src/probe/probes.ts';
import { Failure, transient } from '../../src/std/failure.ts';
import { Reachability } from '../../src/watch/reachability.ts';

const silent = transient('GatewayUnreachable', 'The Admin API of the gateway default does not answer (ECONNREFUSED)');
const never = new AbortController().signal;

describe('the watch over a gateway', () => {
  let dataPlane: Server;
  let address: Endpoint;
  /** What the Admin API answers to each look in turn; the last one stays. */
  let admin: (Failure | undefined)[];
  let did: string[];
  let looks: number;
  let reachability: Reachability;

  const listen = (port: number) => new Promise<void>((done) => dataPlane.listen(port, '127.0.0.1', done));
  const close = () => new Promise((done) => dataPlane.close(done));

  beforeEach(async () => {
    dataPlane = createServer((_, response) => response.writeHead(404).end());
    await listen(0);
    address = { host: '127.0.0.1', port: (dataPlane.address() as AddressInfo).port };
    admin = [undefined];
    did = [];
    looks = 0;
    reachability = new Reachability({
      probes,
      gateways: {
        look: async () => {
          looks += 1;
          const failure = admin.length > 1 ? admin.shift() : admin[0];
          if (failure !== undefined) throw failure;
        },
        forgetReadings: (gateway) => did.push(`forget ${gateway}`),
      },
      configs: [{ name: 'default', dataPlane: { https: [], http: [address] } }],
      interval: Temporal.Duration.from({ milliseconds: 20 }),
      random: () => 0,
      log: pino({ base: null }, { write: (line) => did.push(`log ${JSON.parse(line).level}`) }),
      hostAt: () => undefined,
      wake: (gateway, protocols) => did.push(`wake ${gateway} ${protocols.join()}`),
      tell: (_, { type, reason }) => did.push(`${type} ${reason}`),
    });
  });
  afterEach(async () => {
    if (dataPlane.listening) await close();
  });

  const check = (times: number) =>
    Array.from({ length: times }).reduce<Promise<void>>(
      (before) => before.then(() => reachability.check('default', never)),
      Promise.resolve(),
    );
  const states = () => reachability.states.map(({ endpoint, answers }) => `${endpoint} ${answers}`);
  const at = () => `http 127.0.0.1:${address.port}`;

  it('tells nothing and wakes nobody while all answer, whatever they answer', async () => {
    await check(3);
    assert.deepEqual(did, []);
    assert.equal(reachability.outageOf('default', 'http'), undefined);
    assert.deepEqual(states(), ['admin true', `${at()} true`]);
  });

  it('tells once of an Admin API that failed twice in a row, and wakes all that use the gateway', async () => {
    admin = [silent];
    await check(1);
    assert.deepEqual(did, []);
    await check(3);
    assert.deepEqual(did, ['log 50', 'Warning GatewayUnreachable', 'forget default', 'wake default https,http']);
    assert.deepEqual(reachability.outageOf('default', 'https'), { admin: silent });
    assert.deepEqual(states(), ['admin false', `${at()} true`]);
  });

  it('tells once that it answers again, and wakes them once more', async () => {
    admin = [silent];
    await check(2);
    did = [];
    admin = [undefined];
    await check(2);
    assert.deepEqual(did, ['log 30', 'Normal GatewayReachable', 'forget default', 'wake default https,http']);
    assert.equal(reachability.outageOf('default', 'https'), undefined);
  });

  it('wakes those alone who are proven by the protocol of an address that gives no answer', async () => {
    await close();
    await check(3);
    assert.deepEqual(did, ['log 50', 'Warning DataPlaneUnreachable', 'forget default', 'wake default http']);
    assert.equal(reachability.outageOf('default', 'https'), undefined);
    const { dataPlane: failure } = reachability.outageOf('default', 'http') ?? {};
    assert.match(
      String(failure?.message),
      /^The data plane of the gateway default does not answer at http 127.*REFUSED/,
    );
  });

  it('wakes once for all that stopped in one look', async () => {
    admin = [silent];
    await close();
    await check(3);
    assert.equal(did.filter((one) => one.startsWith('wake')).length, 1);
    assert.deepEqual(Object.keys(reachability.outageOf('default', 'http') ?? {}), ['admin', 'dataPlane']);
  });

  it('looks once more before it believes that only a part answers, and believes it then', async () => {
    admin = [silent, undefined];
    await check(1);
    assert.deepEqual(states(), ['admin true', `${at()} true`]);
    admin = [silent, silent];
    await check(1);
    assert.deepEqual(states(), ['admin false', `${at()} true`]);
  });

  it('looks once where a part still answers and the other still does not', async () => {
    admin = [silent];
    await check(1);
    assert.equal(looks, 2);
    await check(3);
    assert.equal(looks, 2 + 3);
  });

  it('says nothing of a gateway that it does not know', async () => {
    await reachability.check('other', never);
    assert.equal(reachability.outageOf('other', 'http'), undefined);
  });

  it('looks at intervals until it is stopped, and takes a stop for no outage', async () => {
    admin = [silent];
    const stop = new AbortController();
    const running = reachability.run(stop.signal);
    while (reachability.outageOf('default', 'http') === undefined) await new Promise((done) => setTimeout(done, 5));
    stop.abort();
    await running;
    const before = did.length;
    await reachability.check('default', stop.signal);
    assert.equal(did.length, before);
  });

  it('does not hide a fault of our own', async () => {
    admin = [new TypeError('a bug') as unknown as Failure];
    await assert.rejects(check(1), (error) => !(error instanceof Failure));
  });
});
