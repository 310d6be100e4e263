import type { Child } from '../processes/child.ts';

const attempts = 4;
const portIsTaken = /address already in use/i;

/**
 * Between finding a free port and binding it somebody else may come; then the server is started again on other ports.
 * `start` gives the server, `ready` waits for it and throws when it ended early.
 */
export async function startOnFreePort<Server extends { readonly child: Child }>(
  start: () => Promise<Server>,
  ready: (server: Server) => Promise<void>,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = await start();
    try {
      await ready(server);
      return server;
    } catch (error) {
      await server.child.stop();
      if (attempt === attempts || !portIsTaken.test(server.child.lastLines())) throw error;
    }
  }
}
