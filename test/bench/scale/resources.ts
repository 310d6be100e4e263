import { apiVersion } from '../../../src/api/group.ts';

/** Where one MtlsUpstream of the bench lives. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** As few that each namespace is a crowd, as many that none is alone. */
export const namespaces = Array.from({ length: 10 }, (_, index) => `bench-${index}`);
export const floorNamespace = 'bench-floor';

export function placeOf(index: number): Place {
  return { namespace: namespaces[index % namespaces.length] ?? '', name: nameOf('up', index) };
}

export function nameOf(prefix: string, index: number): string {
  return `${prefix}-${String(index).padStart(5, '0')}`;
}

const domain = 'bench.example';

/** The server name of a resource: also what its NGINX is chosen by. */
export function hostOf(name: string): string {
  return `${name}.${domain}`;
}

/** Whose NGINX answers slowly, so that every probe is nearly too late. */
export const slowPrefix = 'slow';
export const slowMilliseconds = 4000;

/** As in guide B, with an own host for each, since all share one gateway group. */
export function anUpstreamAt({ namespace, name }: Place, nginxPort: number): object {
  const host = hostOf(name);
  return {
    apiVersion,
    kind: 'MtlsUpstream',
    metadata: { namespace, name },
    spec: {
      ca: { generated: { commonName: 'ROOTCA' } },
      serverCertificate: { dnsNames: [host] },
      clientCertificate: { commonName: 'client' },
      nginx: {
        listen: 8443,
        serverName: host,
        locations: [{ path: '/hello', return: { status: 200, body: 'Hello API7!' } }],
      },
      service: {
        name,
        hosts: [host],
        upstream: { nodes: [{ host: '127.0.0.1', port: nginxPort }] },
        routes: [{ name: 'hello', paths: ['/hello'] }],
      },
    },
  };
}
