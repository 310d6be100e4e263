import assert from 'node:assert/strict';
import { makePair, openAdminApi } from './admin-api.ts';

const { cert } = makePair('/CN=ca');

describe('a list of the stand-in', () => {
  const api = openAdminApi();
  const idsOf = async (url: string) => {
    const { status, body } = await api.call({ method: 'GET', url });
    assert.equal(status, 200, JSON.stringify(body));
    return { ids: (body['list'] as { id: string }[]).map(({ id }) => id), total: body['total'] };
  };

  before(async () => {
    for (const [id, team] of [
      ['a-1', 'red'],
      ['a-2', 'blue'],
      ['b-1', 'red'],
    ] as const) {
      await api.put('ca_certificates', id, { name: `name ${id}`, cert, labels: { team, 'mtls-operator.dev/id': id } });
    }
    const upstream = { nodes: [{ host: 'localhost', port: 80, weight: 1 }] };
    for (const id of ['one', 'two']) await api.put('services', id, { name: id, type: 'http', upstream });
    await api.put('routes', 'r1', { name: 'r1', service_id: 'one', paths: ['/'] });
    await api.put('routes', 'r2', { name: 'r2', service_id: 'two', paths: ['/'] });
  });
  after(() => api.close());

  for (const { name, query, ids, total } of [
    { name: 'whole, written last first', query: '', ids: ['b-1', 'a-2', 'a-1'], total: 3 },
    { name: 'oldest first', query: '&order_by=created_at&direction=asc', ids: ['a-1', 'a-2', 'b-1'], total: 3 },
    { name: 'the first page', query: '&page=1&page_size=2', ids: ['b-1', 'a-2'], total: 3 },
    { name: 'the second page', query: '&page=2&page_size=2', ids: ['a-1'], total: 3 },
    { name: 'a page beyond the end', query: '&page=9&page_size=2', ids: [], total: 3 },
    { name: 'a part of the name', query: '&search=a-', ids: ['a-2', 'a-1'], total: 2 },
    { name: 'a label', query: '&labels[team]=red', ids: ['b-1', 'a-1'], total: 2 },
    {
      name: 'two labels, encoded',
      query: '&labels%5Bteam%5D=red&labels%5Bmtls-operator.dev%2Fid%5D=b-1',
      ids: ['b-1'],
      total: 1,
    },
  ]) {
    it(`gives ${name}`, async () =>
      assert.deepEqual(await idsOf(api.inGroup('ca_certificates', query)), { ids, total }));
  }

  it('loses an object that is edited between two pages, unless it is asked for by age', async () => {
    const fresh = openAdminApi();
    const edit = (id: string) => fresh.put('ca_certificates', id, { name: id, cert });
    const readAround = async (order: string) => {
      const seen: string[] = [];
      for (const page of [1, 2]) {
        const url = fresh.inGroup('ca_certificates', `&page=${page}&page_size=2${order}`);
        const { body } = await fresh.call({ method: 'GET', url });
        seen.push(...(body['list'] as { id: string }[]).map(({ id }) => id));
        await edit('a');
      }
      return seen;
    };
    for (const id of ['a', 'b', 'c', 'd']) await edit(id);
    assert.deepEqual(await readAround(''), ['d', 'c', 'c', 'b']);
    for (const id of ['a', 'b', 'c', 'd']) await edit(id);
    assert.deepEqual(await readAround('&order_by=created_at&direction=asc'), ['a', 'b', 'c', 'd']);
    await fresh.close();
  });

  for (const query of ['&page=0', '&page_size=0', '&page=x', '&direction=up', '&order_by=name']) {
    it(`refuses ${query}`, async () => {
      assert.equal((await api.call({ method: 'GET', url: api.inGroup('ca_certificates', query) })).status, 400);
    });
  }

  it('of routes needs the service, and gives only its routes', async () => {
    assert.equal((await api.call({ method: 'GET', url: api.inGroup('routes') })).status, 400);
    assert.deepEqual(await idsOf(api.inGroup('routes', '&service_id=two')), { ids: ['r2'], total: 1 });
  });

  it('of ssls is there beside that of SNIs, for the same names, and shows servers unless asked', async () => {
    const pair = makePair('/CN=ssl.test');
    await api.put('certificates', 'c', { name: 'c', ...pair });
    await api.put('snis', 'sni', { name: 'sni', domain: 'ssl.test', certificates: ['c'] });
    await api.put('ssls', 'server', { ...pair, snis: ['ssl.test'] });
    await api.put('ssls', 'client', { ...pair, type: 'client' });
    assert.deepEqual(await idsOf(api.inGroup('ssls')), { ids: ['server'], total: 1 });
    assert.deepEqual(await idsOf(api.inGroup('ssls', '&type=client')), { ids: ['client'], total: 1 });
  });

  it('of gateway groups finds names that only contain what was searched, and not the exact one first', async () => {
    const [exact, longer] = api.groups.map(({ id }) => id);
    assert.deepEqual(await idsOf('/api/gateway_groups?search=default'), { ids: [longer, exact], total: 2 });
    assert.deepEqual(await idsOf('/api/gateway_groups?search=default&name=default'), { ids: [exact], total: 1 });
    assert.deepEqual(await idsOf('/api/gateway_groups?name=defaul'), { ids: [], total: 0 });
    assert.deepEqual(await idsOf('/api/gateway_groups?search=nothing'), { ids: [], total: 0 });
  });

  it('of gateway groups leads to each of them', async () => {
    const { body } = await api.call({ method: 'GET', url: `/api/gateway_groups/${api.group.id}` });
    assert.equal((body['value'] as { name: string }).name, 'default');
    assert.equal((await api.call({ method: 'GET', url: '/api/gateway_groups/default' })).status, 404);
  });
});
