import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

/** A bare client: no retry, no cache, no parsing beyond JSON. What is not a success is thrown. */
export class ApiClient {
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(url: string, ca: string, headers: Readonly<Record<string, string>>, connections: number) {
    this.#pool = new Pool(url, { connections, connect: { ca } });
    this.#headers = headers;
  }

  /** The file is one that the local control plane wrote: JSON, with a token and a CA inside. */
  static forKubeconfig(file: string, connections: number): ApiClient {
    const { clusters, users } = JSON.parse(readFileSync(file, 'utf8'));
    const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64').toString();
    const headers = { authorization: `Bearer ${users[0].user.token}` };
    return new ApiClient(clusters[0].cluster.server, ca, headers, connections);
  }

  static forAdminApi(gateway: GatewayAccess, connections: number): ApiClient {
    const headers = { 'x-api-key': readFileSync(gateway.tokenFile, 'utf8') };
    return new ApiClient(gateway.adminUrl, readFileSync(gateway.caFile, 'utf8'), headers, connections);
  }

  async json<Body>(path: string): Promise<Body> {
    return JSON.parse(await this.send('GET', path)) as Body;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** A PATCH is a merge patch. */
  async send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, content?: string): Promise<string> {
    const { statusCode, body } = await this.#pool.request({
      ...{ method, path, headers: { ...this.#headers, 'content-type': contentTypes[method] } },
      body: content ?? null,
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${text.slice(0, 300)}`);
    return text;
  }
}

const json = 'application/json';
const contentTypes = { GET: json, POST: json, PUT: json, PATCH: 'application/merge-patch+json', DELETE: json } as const;

export interface GatewayAccess {
  readonly adminUrl: string;
  readonly caFile: string;
  readonly tokenFile: string;
}

const group = '/apis/mtls-operator.dev/v1alpha1';

export const paths = {
  gateways: (namespace: string) => `${group}/namespaces/${namespace}/mtlsgateways`,
  upstreams: (namespace: string) => `${group}/namespaces/${namespace}/mtlsupstreams`,
  secrets: (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`,
  configMaps: (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`,
} as const;

const counter = /^apiserver_request_total\{([^}]*)\} (\S+)$/gm;
const changing = ['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE', 'DELETECOLLECTION'];
/** What the operator may write. Leases and the like are of others. */
const ours = ['secrets', 'configmaps', 'events', 'mtlsgateways', 'mtlsupstreams'];

/** Requests that changed something of ours, by the API server's own count, as `POST secrets`. */
export async function countWrites(api: ApiClient): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const [, labels = '', value] of (await api.send('GET', '/metrics')).matchAll(counter)) {
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const [verb, resource, subresource] = [label('verb'), label('resource'), label('subresource')];
    if (!changing.includes(verb) || !ours.includes(resource)) continue;
    const what = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`;
    counts[what] = (counts[what] ?? 0) + Number(value);
  }
  return counts;
}

/** What came on top of `before`; what did not grow is left out. */
export function growth(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([what, count]) => [what, count - (before[what] ?? 0)] as const)
      .filter(([, count]) => count !== 0),
  );
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
