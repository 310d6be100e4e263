/** What the operator answers over plain HTTP: probes and metrics. It takes no input but a path and gives nothing secret. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Endpoint } from '../api/operator-config.ts';
import type { Logger } from '../log.ts';
import { describeCrash } from '../std/crash.ts';
import { permanent } from '../std/failure.ts';

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A page for each path. `query` is what stands behind the question mark. */
export type Pages = Readonly<Record<string, (query: URLSearchParams) => Page | Promise<Page>>>;

/** One probe or scrape is quick: whoever takes longer holds a socket for nothing. Node looks every 30 s if not told. */
const patience = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const connectionsAtMost = 64;

/** Listens until `close`. Throws a permanent `AddressUnusable` where it cannot. */
export async function serve(at: Endpoint, pages: Pages, log: Logger): Promise<{ close(): void }> {
  const server = createServer(patience, (request, response) => {
    // Who hangs up early is nobody's trouble.
    response.on('error', () => {});
    void answer(pages, request, log).then(({ status, contentType, body }) => {
      response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  boundConnections(server);
  await listen(server, at);
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The newest is taken and the oldest let go: who holds many must not keep the kubelet from its probes. */
function boundConnections(server: Server): void {
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > connectionsAtMost) oldest?.destroy();
  });
}

async function answer(pages: Pages, { method, url: target = '/' }: IncomingMessage, log: Logger): Promise<Page> {
  const url = URL.parse(target, 'http://operator');
  const [path, page] = Object.entries(pages).find(([known]) => known === url?.pathname) ?? [];
  if (url === null || page === undefined) return text(404, 'Not found');
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'Only GET and HEAD are allowed');
  try {
    return await page(url.searchParams);
  } catch (error) {
    // A defect of ours in a page is no reason to end what works.
    log.error({ path, ...describeCrash(error) }, 'page failed');
    return text(500, 'This page could not be generated; see the log of the operator');
  }
}

/** A page of plain text; a line end is added. */
export function text(status: number, body: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` };
}

async function listen(server: Server, { host, port }: Endpoint): Promise<void> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  // Without a host node takes :: where there is IPv6, and 0.0.0.0 where there is none.
  server.listen({ port, ...(host !== '' && { host }) }, listening.resolve);
  try {
    await listening.promise;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw permanent('AddressUnusable', `Cannot listen at ${host}:${port} (${code}): is the address in use?`);
  }
}
