import { createAdminServer } from '../../deploy/local/stand-in/admin/server.ts';
import { openApisix } from '../../deploy/local/stand-in/apisix/product.ts';
import type { Answer, Call } from './admin-api.ts';
import { other, pair } from './objects.ts';

export const adminKey = 'key-of-the-administrator';
export const viewerKey = 'key-of-a-viewer';

/** The Admin API of APISIX inside this process: no port, no TLS, no data plane. */
export function openApisixApi(generation: '3.18' | '3.19' = '3.18') {
  const seen = { changes: 0 };
  const product = openApisix({
    generation,
    credentials: [
      { token: adminKey, role: 'admin' },
      { token: viewerKey, role: 'viewer' },
    ],
    changed: () => {
      seen.changes += 1;
    },
  });
  const app = createAdminServer({ product });

  async function call({ method, url, body, headers = { 'x-api-key': adminKey } }: Call): Promise<Answer> {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const answer = await app.inject({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      ...payload,
    });
    const isJson = /^[{["]/.test(answer.payload);
    return {
      status: answer.statusCode,
      text: answer.payload,
      body: (isJson ? JSON.parse(answer.payload) : {}) as Answer['body'],
    };
  }
  const send = (method: Call['method'], path: string, body?: unknown) =>
    call({ method, url: `/apisix/admin/${path}`, ...(body === undefined ? {} : { body }) });
  /** Throws unless it answers 200 or 201. */
  async function put(path: string, body: unknown): Promise<Answer> {
    const answer = await send('PUT', path, body);
    if (answer.status >= 300) throw new Error(answer.text);
    return answer;
  }
  return { product, seen, call, send, put, close: () => app.close() };
}

export type ApisixApi = ReturnType<typeof openApisixApi>;

export const ssl = { ...pair, snis: ['a.test'], client: { ca: other.cert, depth: 2 } };
export const clientSsl = { ...other, type: 'client' };
export const upstream = {
  scheme: 'https',
  nodes: [{ host: '10.0.0.7', port: 8443, weight: 100 }],
  tls: { client_cert_id: 'client' },
};

/** One object of each kind, with every reference that there is. */
export async function fillApisix({ put }: ApisixApi) {
  await put('ssls/server', ssl);
  await put('ssls/client', clientSsl);
  await put('upstreams/up', upstream);
  await put('services/sv', { name: 'sv', hosts: ['a.test'], upstream_id: 'up' });
  await put('routes/rt', { uri: '/hello', service_id: 'sv' });
}
