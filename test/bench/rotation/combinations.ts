import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { apiVersion } from '../../../src/api/group.ts';

/** Gateways of the bench, by the name that resources refer to. */
export const gateways = { ee: 'ee-3.10', apisix: 'apisix-3.18' } as const satisfies Record<string, ProfileName>;
export type GatewayName = keyof typeof gateways;
export const gatewayNames = Object.keys(gateways) as readonly GatewayName[];

/** Of the distribution, and a current one. */
export const nginxNames = ['distribution', 'current'] as const;
export type NginxName = (typeof nginxNames)[number];

export const namespace = 'rotation';
export const clientNames = ['never', 'late', 'once'] as const;
export type ClientName = (typeof clientNames)[number];

/** Whose CA is rotated: that of a gateway, or that between it and an NGINX. */
export interface Combination {
  readonly kind: 'MtlsGateway' | 'MtlsUpstream';
  readonly name: string;
  readonly gateway: GatewayName;
  readonly nginx?: NginxName;
  /** Of requests. */
  readonly path: string;
}

export const combinations: readonly Combination[] = gatewayNames.flatMap((gateway) => [
  { kind: 'MtlsGateway', name: gateway, gateway, path: '/distribution' },
  ...nginxNames.map((nginx) => upstreamOf(gateway, nginx)),
]);

export function upstreamOf(gateway: GatewayName, nginx: NginxName): Combination & { readonly nginx: NginxName } {
  return { kind: 'MtlsUpstream', name: `${gateway}-${nginx}`, gateway, nginx, path: `/${nginx}` };
}

export const hostOf = (gateway: GatewayName) => `${gateway}.test`;

export function gatewayManifest({ name, gateway }: Combination): object {
  const clients = clientNames.map((client) => ({ name: client, commonName: client.toUpperCase() }));
  return {
    ...{ apiVersion, kind: 'MtlsGateway', metadata: { namespace, name } },
    spec: { gatewayRef: { name: gateway }, hosts: [hostOf(gateway)], clients },
  };
}

/**
 * `ports` has the one where NGINX listens first. By the second it has another address, so that one can be away; but both
 * close their idle connections with the same reload, as two NGINX would not, so an older one has the first alone.
 */
export function upstreamManifest(
  { name, gateway, path, nginx }: Combination,
  ports: readonly [number, number],
): object {
  const addresses = nginx === 'current' ? ports : ports.slice(0, 1);
  const nodes = addresses.map((port) => ({ host: '127.0.0.1', port }));
  return {
    ...{ apiVersion, kind: 'MtlsUpstream', metadata: { namespace, name } },
    spec: {
      gatewayRef: { name: gateway },
      serverCertificate: { dnsNames: ['nginx.test'] },
      clientCertificate: { commonName: 'GATEWAY' },
      nginx: {
        ...{ listen: ports[0], serverName: 'nginx.test' },
        locations: [{ path, return: { status: 200, body: 'hello' } }],
      },
      service: {
        name,
        upstream: { nodes, retries: 2 },
        routes: [{ name: 'hello', paths: [path], methods: ['GET', 'POST'] }],
      },
    },
  };
}
