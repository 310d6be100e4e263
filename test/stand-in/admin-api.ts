import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdminServer } from '../../deploy/local/stand-in/admin/server.ts';
import { createGroup, type Group } from '../../deploy/local/stand-in/api7-ee/group.ts';
import { openApi7Ee } from '../../deploy/local/stand-in/api7-ee/product.ts';

export const userToken = 'a7ee-user';
export const groupToken = 'a7adm-group';

export interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly text: string;
  readonly body: { readonly [field: string]: unknown };
}

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The Admin API of API7 Enterprise inside this process: no port, no TLS, no data plane. */
export function openAdminApi(generation: '3.10' | '3.3' = '3.10') {
  const [group, other] = [createGroup('default'), createGroup('default-2')];
  const groups: readonly [Group, Group] = [group, other];
  const changed: string[] = [];
  const product = openApi7Ee({
    generation,
    groups,
    credentials: [{ token: userToken }, { token: groupToken, group }],
    changed: ({ name }) => changed.push(name),
  });
  const app = createAdminServer({ product });

  async function call({ method, url, body, headers = { 'x-api-key': userToken } }: Call): Promise<Answer> {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
    const answer = await app.inject({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      ...payload,
    });
    // The second in which it was given is no part of an answer that is compared with another.
    const { date: _, ...shown } = answer.headers;
    const { statusCode: status, payload: text } = answer;
    return { status, text, headers: shown, body: JSON.parse(text) as Answer['body'] };
  }
  const inGroup = (path: string, more = '') => `/apisix/admin/${path}?gateway_group_id=${group.id}${more}`;
  /** Throws unless it answers 200. */
  async function put(kind: string, id: string, body: unknown): Promise<Answer> {
    const answer = await call({ method: 'PUT', url: inGroup(`${kind}/${id}`), body });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer;
  }
  return { product, groups, group, changed, call, inGroup, put, close: () => app.close() };
}

export type AdminApi = ReturnType<typeof openAdminApi>;

/** A self-signed certificate and its key. */
export function makePair(subject: string, ...extensions: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'stand-in-pair-'));
  try {
    const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
    const added = extensions.flatMap((extension) => ['-addext', extension]);
    const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '7'];
    execFileSync('openssl', ['req', '-x509', ...fresh, '-subj', subject, '-keyout', key, '-out', cert, ...added], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
