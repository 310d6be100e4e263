import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Visit } from './gateway-client.ts';

/** A client that keeps its one connection. */
export interface KeptConnection {
  /** The status of one more request on it; throws where the gateway has ended it. */
  ask(path?: string): Promise<string>;
  close(): void;
}

/** By HEAD, whose answer ends with its headers. */
export async function keepConnection({ port, ca, serverName, client, version }: Visit): Promise<KeptConnection> {
  const socket = connect({
    ...{ host: '127.0.0.1', port, ca, servername: serverName, ...client },
    ...(version && { minVersion: version, maxVersion: version }),
    checkServerIdentity: () => undefined,
  });
  socket.setEncoding('utf8');
  await once(socket, 'secureConnect');
  return {
    ask: async (path = '/') => {
      socket.write(`HEAD ${path} HTTP/1.1\r\nHost: ${serverName}\r\n\r\n`);
      const answered = new AbortController();
      const { signal } = answered;
      const either = [once(socket, 'data', { signal }), once(socket, 'end', { signal })];
      const [text]: readonly unknown[] = await Promise.race(either).finally(() => answered.abort());
      return /^HTTP\/1\.1 (\d+)/.exec(String(text))?.[1] ?? 'closed';
    },
    close: () => socket.destroy(),
  };
}
