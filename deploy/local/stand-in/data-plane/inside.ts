import { request } from 'node:http';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One call through the inside door. A connection of its own each time: a reload would close a kept one. */
function ask(socketPath: string, method: string, path: string, body?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const call = request({ socketPath, method, path, agent: false }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
    });
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    answer.on('error', reject);
  });
  call.on('error', reject);
  call.end(body);
  return promise;
}

/** Which configuration the worker that answers has; undefined as long as none listens. */
export async function readGeneration(socket: string): Promise<string | undefined> {
  const answer = await ask(socket, 'GET', '/generation').catch(() => undefined);
  return answer?.status === 200 ? answer.text : undefined;
}

async function tellOne(socket: string, key: string, value: string | undefined): Promise<void> {
  const path = `/told/${encodeURIComponent(key)}`;
  const { status } = await (value === undefined ? ask(socket, 'DELETE', path) : ask(socket, 'PUT', path, value));
  if (status !== 204) throw new Error(`telling the data plane ${key}: status ${status}`);
}

/** Brings the shared dictionary from one state to another, key by key: each key changes at once for all workers. */
export async function tell(
  socket: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [key, value] of after) if (before.get(key) !== value) await tellOne(socket, key, value);
  for (const key of before.keys()) if (!after.has(key)) await tellOne(socket, key, undefined);
}
