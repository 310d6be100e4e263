import { connect, createServer, type Server, type Socket } from 'node:net';

/** The way to a server, as bytes, so that it can be cut while the server lives, and that who comes is counted. */
export class Detour {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;
  #connections = 0;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((near) => {
      this.#connections += 1;
      if (!this.#open) return near.destroy();
      const far = connect(target);
      for (const [one, other] of [[near, far] as const, [far, near] as const]) {
        this.#sockets.add(one);
        one.on('error', () => {}).on('close', () => other.destroy());
        one.pipe(other);
      }
    });
  }

  /** That were made so far. */
  get connections(): number {
    return this.#connections;
  }

  listen(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#server.listen(0, '127.0.0.1', () => {
      const address = this.#server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
    return promise;
  }

  /** Ends every connection and takes no new one. */
  cut(): void {
    this.#open = false;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  restore(): void {
    this.#open = true;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
