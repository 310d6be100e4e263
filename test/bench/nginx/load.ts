import { request as plainRequest } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** What came of requests of one kind. */
export interface Tally {
  asked: number;
  /** Without an answer, or with another status than 200. */
  failed: number;
  /** Of those: closed before any octet of an answer, on a connection that was used before. A client may repeat it by itself (RFC 9110 9.2.2). */
  repeatable: number;
  /** Distinct codes, for who wants to know why. */
  readonly why: Set<string>;
}

/** `new-1.3`, `kept-1.2`, `gateway` ... */
export type Tallies = ReadonlyMap<string, Tally>;

export interface Target {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** A gateway with a pool, over plain HTTP. */
  readonly gatewayPort: number;
}

interface Kind {
  readonly name: string;
  readonly send: (onEnd: (error?: string, isRepeatable?: boolean) => void) => void;
}

const timeout = 5_000;
/** Connections that are kept, of each version. */
const kept = 16;
/** Beyond so many that wait for an answer none is sent: the figures are those of NGINX, not of a client that drowns. */
const openAtMost = 500;

/** Requests at a steady rate, whatever becomes of those before, until it is stopped. */
export function startLoad(target: Target, rate: number): { stop(): Promise<Tallies> } {
  const kinds = kindsFor(target);
  const tallies = new Map(
    kinds.map(({ name }) => [name, { asked: 0, failed: 0, repeatable: 0, why: new Set<string>() } satisfies Tally]),
  );
  let open = 0;
  let next = 0;
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - started) / 1000) * rate; sent < due; sent += 1) {
      const kind = kinds[next % kinds.length];
      next += 1;
      const tally = kind && tallies.get(kind.name);
      if (kind === undefined || tally === undefined || open >= openAtMost) continue;
      tally.asked += 1;
      open += 1;
      kind.send((error, isRepeatable = false) => {
        open -= 1;
        if (error === undefined) return;
        tally.failed += 1;
        tally.repeatable += isRepeatable ? 1 : 0;
        tally.why.add(error);
      });
    }
  }, 5);
  return {
    stop: async () => {
      clearInterval(timer);
      while (open > 0) await sleep(20);
      return tallies;
    },
  };
}

function kindsFor({ port, gatewayPort, ...tls }: Target): readonly Kind[] {
  const overTls = (['TLSv1.2', 'TLSv1.3'] as const).flatMap((version) => {
    const versions = { minVersion: version, maxVersion: version };
    const common = {
      ...tls,
      ...versions,
      host: '127.0.0.1',
      port,
      servername: 'test.com',
      path: '/hello',
      headers: { host: 'test.com' },
    };
    // No session is resumed: each new connection is a whole handshake.
    const pool = new Agent({ keepAlive: true, maxSockets: kept, maxCachedSessions: 0 });
    const short = version.slice('TLSv'.length);
    return [
      {
        name: `new-${short}`,
        send: sender({ ...common, agent: new Agent({ keepAlive: false, maxCachedSessions: 0 }) }),
      },
      { name: `kept-${short}`, send: sender({ ...common, agent: pool }) },
    ];
  });
  return [
    ...overTls,
    { name: 'gateway', send: sender({ host: '127.0.0.1', port: gatewayPort, path: '/hello' }, true) },
  ];
}

function sender(options: RequestOptions, isPlain = false): Kind['send'] {
  // Node's own mark of a socket that was used before is not there for who waited for it.
  const used = new WeakSet<object>();
  return (onEnd) => {
    const sent = (isPlain ? plainRequest : request)({ ...options, timeout }, (response) => {
      response.resume();
      response.once('end', () => onEnd(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
      response.once('error', () => onEnd('cut off'));
    });
    let isUsed = false;
    sent.once('socket', (socket) => {
      isUsed = used.has(socket);
      used.add(socket);
    });
    sent.once('timeout', () => sent.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })));
    sent.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      onEnd(code, isUsed && ['ECONNRESET', 'EPIPE'].includes(code));
    });
    sent.end();
  };
}
