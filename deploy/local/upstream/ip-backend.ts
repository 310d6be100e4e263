import { createServer, type Server } from 'node:http';

/** Guide A's application: `GET /ip` tells the address that the request came from, as httpbin does. */
export function startIpBackend(port: number): Promise<Server> {
  const server = createServer(({ method, url, headers, socket }, response) => {
    const found = method === 'GET' && url === '/ip';
    const origin = headers['x-forwarded-for'] ?? socket.remoteAddress;
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(found ? { origin } : { error: 'not found' })}\n`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => resolve(server));
  return promise;
}
