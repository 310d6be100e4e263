import assert from 'node:assert/strict';
import { type AdminApi, openAdminApi } from './admin-api.ts';
import { type ApisixApi, fillApisix, openApisixApi } from './apisix-api.ts';
import { fill } from './objects.ts';

describe('the control endpoints of the stand-in', () => {
  let api: AdminApi;
  beforeEach(() => {
    api = openAdminApi();
  });
  afterEach(() => api.close());

  const seen = async () => (await api.call({ method: 'GET', url: '/stand-in/requests' })).body['list'];

  it('remember method, path and status of each call, and nothing that was in it', async () => {
    await api.call({ method: 'PUT', url: api.inGroup('certificates/a'), body: { key: 'secret' } });
    await api.call({ method: 'GET', url: '/api/version', headers: {} });
    assert.deepEqual(await seen(), [
      { method: 'PUT', path: '/apisix/admin/certificates/a', status: 400 },
      { method: 'GET', path: '/api/version', status: 401 },
    ]);
  });

  it('forget them when told to', async () => {
    await api.call({ method: 'GET', url: '/api/version' });
    await api.call({ method: 'DELETE', url: '/stand-in/requests' });
    assert.deepEqual(await seen(), []);
  });

  it('need the token', async () => {
    assert.equal((await api.call({ method: 'GET', url: '/stand-in/requests', headers: {} })).status, 401);
  });
});

describe('the faults of the stand-in', () => {
  let api: AdminApi;
  beforeEach(async () => {
    api = openAdminApi();
    await fill(api);
  });
  afterEach(() => api.close());

  const play = async (faults: object) =>
    assert.equal((await api.call({ method: 'PUT', url: '/stand-in/faults', body: faults })).status, 200);
  const body = { name: 's', type: 'http', upstream: { nodes: [] } };
  const put = () => api.call({ method: 'PUT', url: api.inGroup('services/s'), body });
  const statusOf = async (path: string) => (await api.call({ method: 'GET', url: api.inGroup(path) })).status;

  for (const { name, faults, status, says } of [
    { name: 'a status', faults: { status: 500 }, status: 500, says: 'told to show' },
    { name: 'too many requests', faults: { status: 429, retryAfter: 7 }, status: 429, says: 'told to show' },
    { name: 'the body in the answer', faults: { echo: true }, status: 400, says: '"req_body":"{\\"name\\":\\"s\\"' },
    { name: 'a store that is away', faults: { storeDown: true }, status: 503, says: 'cannot be reached' },
    { name: 'a write in between', faults: { conflict: true }, status: 503, says: 'value changed before overwritten' },
  ]) {
    it(`answer a write with ${name}, before it changes anything, until they are switched off`, async () => {
      await play(faults);
      const answer = await put();
      assert.deepEqual([answer.status, answer.text.includes(says)], [status, true], answer.text);
      await play({});
      assert.equal(await statusOf('services/s'), 404);
      assert.equal((await put()).status, 200);
    });
  }

  it('say when to come again', async () => {
    await play({ status: 429, retryAfter: 7 });
    assert.equal((await put()).headers['retry-after'], '7');
  });

  it('make every call wait', async () => {
    await play({ latencyMs: 80 });
    const start = performance.now();
    assert.equal(await statusOf('services/up'), 200);
    assert.ok(performance.now() - start >= 75);
  });

  it('leave reading alone where only writing has trouble', async () => {
    await play({ conflict: true });
    assert.equal(await statusOf('services/up'), 200);
    await play({ echo: true });
    assert.equal(await statusOf('services/up'), 200);
    await play({ status: 500, methods: ['DELETE'] });
    assert.deepEqual([(await put()).status, await statusOf('services/up')], [200, 200]);
  });

  it('show old lists beside new objects, until they are switched off', async () => {
    const listed = async () => (await api.call({ method: 'GET', url: api.inGroup('services') })).body['total'];
    await play({ staleList: true });
    await put();
    assert.deepEqual([await listed(), await statusOf('services/s')], [1, 200]);
    await play({});
    assert.equal(await listed(), 2);
  });

  for (const faults of [
    { latencyMs: -1 },
    { status: 200 },
    { close: 'yes' },
    { methods: [] },
    { methods: ['TRACE'] },
    { unknown: 1 },
  ]) {
    it(`refuse ${JSON.stringify(faults)}`, async () => {
      assert.equal((await api.call({ method: 'PUT', url: '/stand-in/faults', body: faults })).status, 400);
    });
  }
});

describe('the faults of the stand-in as APISIX', () => {
  let api: ApisixApi;
  beforeEach(async () => {
    api = openApisixApi();
    await fillApisix(api);
  });
  afterEach(() => api.close());
  const play = (body: object) => api.call({ method: 'PUT', url: '/stand-in/faults', body });

  it('are that etcd is away, for reading too', async () => {
    await play({ storeDown: true });
    const { status, body } = await api.send('GET', 'ssls');
    assert.deepEqual([status, body], [503, { error_msg: 'has no healthy etcd endpoint available' }]);
  });

  it('are old lists', async () => {
    await play({ staleList: true });
    await api.send('DELETE', 'routes/rt');
    assert.equal((await api.send('GET', 'routes')).body['total'], 1);
    assert.equal((await api.send('GET', 'routes/rt')).status, 404);
  });
});
