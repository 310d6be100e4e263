/** Both examples of deploy/examples, with names that nobody else at the gateway can have. Pure but for reading them. */
import { parse, stringify } from 'yaml';
import { gatewayExample, upstreamExample } from '../../../deploy/local/demo/examples.ts';
import type { World } from '../row.ts';

export const names = {
  gateway: 'test-com',
  upstream: 'mtls-nginx',
  gatewayClient: 'mtls-nginx-client',
  client: 'curl-client',
  server: 'test-com-server',
  nginxServer: 'mtls-nginx-server',
  nginxConfig: 'mtls-nginx-nginx',
};

/** Guide A: the host that demands a client certificate, of which `/ip` is asked. */
export const guideHost = ({ host }: World) => host('guide-a');
/** Guide B: the host whose `/hello` NGINX answers. */
export const helloHost = ({ host }: World) => host('guide-b');

export interface Place {
  /** The gateway group. */
  readonly group: string;
  readonly nginxPort: number;
}

/** YAML of both resources. */
export function resources(world: World, { group, nginxPort }: Place): string {
  const gateway = parse(gatewayExample());
  gateway.spec.gatewayRef.group = group;
  gateway.spec.hosts = [guideHost(world)];
  const upstream = parse(upstreamExample(nginxPort));
  upstream.spec.gatewayRef.group = group;
  upstream.spec.service.name = world.id('guide-b');
  upstream.spec.service.hosts = [helloHost(world)];
  upstream.spec.service.upstream.nodes = [{ host: world.upstreamHost, port: nginxPort, weight: 100 }];
  return `${stringify(gateway)}---\n${stringify(upstream)}`;
}
