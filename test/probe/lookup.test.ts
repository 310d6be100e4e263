import assert from 'node:assert/strict';
import { type Refuses, refusedCode } from '../../src/ports/probe.ts';
import { addressesOf } from '../../src/probe/lookup.ts';
import { tlsProbe } from '../../src/probe/tls-probe.ts';
import { TestCa } from './openssl.ts';
import { helloWorld, Servers, saying } from './servers.ts';

const deadline = Temporal.Duration.from({ seconds: 3 });
const ca = new TestCa('ROOTCA');
const { chainPem: cert, keyPem: key } = ca.issue();

describe('a probe of what may be refused', () => {
  const servers = new Servers();
  afterEach(() => servers.close());

  /** Answers what the probe found, and how many connections came. */
  const probe = async (host: string, refuses: Refuses) => {
    let connections = 0;
    const { port } = await servers.tls({ cert, key }, (socket) => {
      connections += 1;
      saying(helloWorld)(socket);
    });
    const result = await tlsProbe({ address: { host, port }, serverName: 'test.com', path: '/', deadline, refuses });
    return [result.kind === 'unreachable' ? result.code : result.kind, connections];
  };

  for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f000001', 'localhost']) {
    it(`connects to ${host} where nothing is refused`, async () => {
      assert.deepEqual(await probe(host, () => false), ['answered', 1]);
    });

    it(`does not connect to ${host} where its address is refused`, async () => {
      const isLoopback = (address: string) => address === '127.0.0.1' || address === '::1';
      assert.deepEqual(await probe(host, isLoopback), [refusedCode, 0]);
    });
  }

  it('does not connect to a name of which one address of several is refused', async () => {
    const all = await addressesOf('localhost', deadline);
    assert.ok(all.length > 0);
    for (const one of all) assert.deepEqual(await probe('localhost', (address) => address === one), [refusedCode, 0]);
  });
});

describe('the addresses of a host', () => {
  it('are itself, where it is one', async () => {
    assert.deepEqual(await addressesOf('10.0.0.7', deadline), ['10.0.0.7']);
    assert.deepEqual(await addressesOf('fd00::7', deadline), ['fd00::7']);
  });

  it('are those that the system reads from other spellings', async () => {
    assert.deepEqual(await addressesOf('127.1', deadline), ['127.0.0.1']);
    assert.deepEqual(await addressesOf('0x7f000001', deadline), ['127.0.0.1']);
  });

  it('are none of a name that nobody knows, or knows in time', async () => {
    assert.deepEqual(await addressesOf('unknown.invalid', deadline), []);
    assert.deepEqual(await addressesOf('unknown.invalid', Temporal.Duration.from({ milliseconds: 0 })), []);
  });

  it('are not waited for after a stop', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(addressesOf('localhost', deadline, stop), /stopped/);
  });
});
