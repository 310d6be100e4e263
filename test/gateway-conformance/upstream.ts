import getPort from 'get-port';
import { startBackend } from '../real/stand-in/nginx-backend.ts';
import type { Material } from './material.ts';

export interface Upstream {
  readonly host: string;
  readonly tlsPort: number;
  readonly plainPort: number;
  stop(): Promise<void>;
}

/** An NGINX with mTLS as in guide B, on the address at which the gateway sees this machine. */
export async function startUpstream(directory: string, material: Material, host: string): Promise<Upstream> {
  const [tlsPort, plainPort] = [await getPort({ host }), await getPort({ host })];
  const { first, upstream: server } = material;
  const stop = await startBackend({
    directory,
    address: host,
    tlsPort,
    plainPort,
    server,
    clientCa: first.certificate,
  });
  return { host, tlsPort, plainPort, stop };
}
