import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';

/** Servers of one test on 127.0.0.1, all ended by `close`, with their connections. */
export class Servers {
  readonly #servers: Server[] = [];
  readonly #sockets: Socket[] = [];

  tls(options: TlsOptions, answer: (socket: TLSSocket) => void): Promise<{ host: string; port: number }> {
    const server = createTlsServer(options, (socket) => {
      socket.on('error', () => {});
      answer(socket);
    });
    return this.#listen(server);
  }

  plain(answer: (socket: Socket) => void): Promise<{ host: string; port: number }> {
    return this.#listen(createPlainServer(answer));
  }

  /** Ends every connection by RST. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    for (const server of this.#servers.splice(0)) server.close();
  }

  #listen(server: Server): Promise<{ host: string; port: number }> {
    this.#servers.push(server);
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      this.#sockets.push(socket);
    });
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') throw new Error('no port');
        resolve({ host: '127.0.0.1', port: address.port });
      });
    });
  }
}

/** Waits for the request, then says the text as it stands, and hangs up unless told to stay. */
export function saying(text: string, after: 'hang up' | 'stay' = 'hang up'): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => {
      socket.write(text);
      if (after === 'hang up') socket.end();
    });
  };
}

export const helloWorld = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
