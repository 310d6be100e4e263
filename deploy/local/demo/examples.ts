import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const directory = join(import.meta.dirname, '../../examples');

/** The example for guide A, as it is in `deploy/examples`. */
export function gatewayExample(): string {
  return readFileSync(join(directory, 'mtlsgateway.yaml'), 'utf8');
}

/** The example for guide B; only where NGINX is at another port, or address, does it differ from `deploy/examples`. */
export function upstreamExample(nginxPort: number, nginxHost = '127.0.0.1'): string {
  const text = readFileSync(join(directory, 'mtlsupstream.yaml'), 'utf8');
  const example = parse(text);
  const { nodes } = example.spec.service.upstream;
  if (example.spec.nginx.listen === nginxPort && nodes[0].host === nginxHost) return text;
  example.spec.nginx.listen = nginxPort;
  for (const node of nodes) Object.assign(node, { host: nginxHost, port: nginxPort });
  return stringify(example);
}
