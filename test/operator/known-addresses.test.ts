import assert from 'node:assert/strict';
import pino from 'pino';
import { KnownAddresses } from '../../src/operator/known-addresses.ts';
import { answer, Loopback } from '../kube/loopback.ts';

const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
const slice = (...addresses: string[]) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'default', name: 'kubernetes', resourceVersion: '1' },
  endpoints: addresses.map((address) => ({ addresses: [address] })),
  ports: [{ name: 'https', port: 6443 }],
});
const own = { addresses: ['10.1.2.3'], ports: [8080, 8081] };

describe('the addresses that no node may have', () => {
  let server: Loopback;
  let now: number;
  const lines: string[] = [];
  beforeEach(async () => {
    server = await Loopback.start();
    now = 0;
    lines.length = 0;
  });
  afterEach(() => server.stop());

  const log = pino({ base: null }, { write: (line) => void lines.push(line) });
  const start = (cluster: object = {}) => {
    const source = { kind: 'file', path: server.kubeconfig({ cluster }) } as const;
    return new KnownAddresses({ kube: server.client({ source }), own, log, monotonic: () => now });
  };
  const behave = (status: number, body: object) => {
    server.behave = (_, response, { pathname }) => {
      assert.equal(pathname, path);
      answer(response, status, body);
    };
  };
  const reached = () => ({
    who: 'the API server',
    addresses: ['127.0.0.1'],
    ports: [Number(new URL(server.url).port)],
  });
  const operator = { who: 'the operator itself', ...own };

  it('are those of the API servers, by both ways to know them, and of the operator', async () => {
    behave(200, slice('10.0.0.5', '10.0.0.6'));
    const served = { who: 'the API server', addresses: ['10.0.0.5', '10.0.0.6'], ports: [6443] };
    assert.deepEqual(await start().list(), [reached(), served, operator]);
  });

  it('are those of a name, too', async () => {
    behave(200, slice());
    const [{ addresses = [] } = {}] = await start({ server: server.url.replace('127.0.0.1', 'localhost') }).list();
    assert.ok(addresses.includes('127.0.0.1'), addresses.join());
  });

  for (const { what, status, body } of [
    {
      what: 'there is no such object',
      status: 404,
      body: { kind: 'Status', reason: 'NotFound', details: { name: 'kubernetes' } },
    },
    { what: 'the right to read it is missing', status: 403, body: { kind: 'Status', reason: 'Forbidden' } },
  ]) {
    it(`are the one of the configuration where ${what}`, async () => {
      behave(status, body);
      const known = await start().list();
      assert.deepEqual(
        known.filter(({ addresses }) => addresses.length > 0),
        [reached(), operator],
      );
      assert.equal(lines.length, status === 403 ? 1 : 0);
    });
  }

  it('are asked for once by all who want them, and again after some minutes', async () => {
    behave(200, slice('10.0.0.5'));
    const known = start();
    await Promise.all([known.list(), known.list(), known.list()]);
    now += 299_000;
    await known.list();
    assert.equal(server.asked.length, 1);
    now += 1_000;
    behave(200, slice('10.0.0.9'));
    assert.deepEqual((await known.list())[1]?.addresses, ['10.0.0.9']);
    assert.equal(server.asked.length, 2);
  });

  it('are not known while the API server has a name without an address', async () => {
    const server = 'https://unknown.invalid:6443';
    await assert.rejects(start({ server }).list(), { name: 'Failure', reason: 'ApiServerUnreachable' });
  });

  it('are those of before while the API server gives no answer, and a failure where there were none', async () => {
    const known = start();
    behave(200, slice('10.0.0.5'));
    const before = await known.list();
    now += 300_000;
    behave(500, {});
    assert.deepEqual(await known.list(), before);
    await assert.rejects(start().list(), { name: 'Failure', class: 'transient' });
  });
});
