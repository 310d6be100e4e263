import assert from 'node:assert/strict';
import { type AdminApi, openAdminApi } from './admin-api.ts';

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

  it('make every call fail with a status, before it changes anything, until they are told otherwise', async () => {
    const service = { name: 's', type: 'http', upstream: { nodes: [] } };
    await api.call({ method: 'PUT', url: '/stand-in/faults', body: { status: 503 } });
    assert.equal((await api.call({ method: 'PUT', url: api.inGroup('services/s'), body: service })).status, 503);
    await api.call({ method: 'PUT', url: '/stand-in/faults', body: {} });
    assert.equal((await api.call({ method: 'GET', url: api.inGroup('services/s') })).status, 404);
  });

  it('make every call wait', async () => {
    await api.call({ method: 'PUT', url: '/stand-in/faults', body: { latencyMs: 80 } });
    const start = performance.now();
    assert.equal((await api.call({ method: 'GET', url: '/api/version' })).status, 200);
    assert.ok(performance.now() - start >= 75);
  });

  for (const body of [{ latencyMs: -1 }, { status: 200 }, { close: 'yes' }, { unknown: 1 }]) {
    it(`refuse ${JSON.stringify(body)}`, async () => {
      assert.equal((await api.call({ method: 'PUT', url: '/stand-in/faults', body })).status, 400);
    });
  }
});
