import assert from 'node:assert/strict';
import { type Front, renderConfig } from '../../deploy/local/stand-in/data-plane/config.ts';
import type { Layout } from '../../deploy/local/stand-in/data-plane/layout.ts';
import { type AdminApi, makePair, openAdminApi } from './admin-api.ts';

const layout: Layout = {
  prefix: '/d/nginx',
  conf: '/d/nginx/nginx.conf',
  pid: '/d/nginx/nginx.pid',
  log: '/d/nginx/error.log',
  socket: '/d/nginx/inside.sock',
  material: '/d/nginx/material',
  temp: '/d/nginx/temp',
  lua: '/lua',
};
const front: Front = { address: '127.0.0.1', httpsPort: 9443, httpPort: 9080, server: 'TEST' };
const [old, renewed] = [makePair('/CN=old'), makePair('/CN=new')];

const upstream = {
  scheme: 'https',
  nodes: [{ host: '127.0.0.1', port: 8443, weight: 100 }],
  client_certificate: 'client',
  ca_certificates: ['ca'],
  tls_verify: true,
};

describe("the stand-in's nginx.conf", () => {
  let api: AdminApi;
  const render = () => renderConfig(api.product.dataPlane(), layout, front);

  beforeEach(async () => {
    api = openAdminApi();
    await api.put('certificates', 'client', { name: 'client', ...old });
    await api.put('ca_certificates', 'ca', { name: 'ca', cert: old.cert });
    await api.put('services', 'up', { name: 'up', type: 'http', upstream });
  });
  afterEach(() => api.close());

  it('holds no key, and names each file by its content', async () => {
    const { text, files } = await render();
    assert.ok(!text.includes('PRIVATE KEY'));
    const pems = [...files].filter(([path]) => path.endsWith('.pem')).map(([, content]) => content);
    assert.deepEqual(pems, [old.cert, old.key, `${old.cert}\n`]);
    assert.ok([...files.keys()].every((path) => text.includes(`"${path}"`)));
  });

  for (const { name, change, reloads } of [
    {
      name: 'an SNI and a route',
      reloads: false,
      change: async () => {
        await api.put('snis', 'a', { name: 'a', domain: 'a.test', certificates: ['client'] });
        await api.put('routes', 'r', { name: 'r', service_id: 'up', paths: ['/'] });
      },
    },
    {
      name: 'a certificate that no upstream gets',
      reloads: false,
      change: () => api.put('certificates', 'x', { name: 'x', ...renewed }),
    },
    {
      name: 'the same service again',
      reloads: false,
      change: () => api.put('services', 'up', { name: 'other name', type: 'http', upstream }),
    },
    {
      name: 'a new client certificate under the same id',
      reloads: true,
      change: () => api.put('certificates', 'client', { name: 'client', ...renewed }),
    },
    {
      name: 'a new CA under the same id',
      reloads: true,
      change: () => api.put('ca_certificates', 'ca', { name: 'ca', cert: renewed.cert }),
    },
    {
      name: 'another number of retries',
      reloads: true,
      change: () => api.put('services', 'up', { name: 'up', type: 'http', upstream: { ...upstream, retries: 2 } }),
    },
  ]) {
    it(`${reloads ? 'changes' : 'stays'} with ${name}`, async () => {
      const before = (await render()).generation;
      await change();
      assert.equal((await render()).generation !== before, reloads);
    });
  }
});
