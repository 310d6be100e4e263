/**
 * The way into the node's network from outside of it: a Unix socket, which namespaces of networks do not part. A
 * connection to it begins with one line `HOST PORT`, and from then on is a connection to there.
 */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

const longestLine = 256;
/** Whoever has said all may still be answered. */
const bothEnds = { allowHalfOpen: true };

/** The end inside. */
export async function acceptForwarded(socket: string): Promise<Server> {
  const server = createServer(bothEnds, (outside) => {
    outside.on('error', () => outside.destroy());
    readTarget(outside, ({ host, port }) => join(outside, connect({ host, port, ...bothEnds })));
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}

/** The end outside: a port of 127.0.0.1 that leads to the target. */
export async function forward(
  socket: string,
  { host, port }: Target,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer(bothEnds, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    const inside = connect({ path: socket, ...bothEnds });
    inside.write(`${host} ${port}\n`);
    join(client, inside);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Nobody is kept alive by a way that is only open.
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const stop = async () => {
    server.close();
    for (const client of open) client.destroy();
  };
  return { port: address.port, stop };
}

function readTarget(outside: Socket, found: (target: Target) => void): void {
  let read = Buffer.alloc(0);
  const more = (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\n');
    if (end < 0) return read.length > longestLine ? void outside.destroy() : undefined;
    outside.pause();
    outside.off('data', more);
    outside.unshift(read.subarray(end + 1));
    const [host = '', port] = read.subarray(0, end).toString().split(' ');
    found({ host, port: Number(port) });
  };
  outside.on('data', more);
}

/** Each is the other's: data, ends and breaks. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}
