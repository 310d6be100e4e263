import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const directory = join(import.meta.dirname, '../../examples');

/** The example for guide A, as it is in `deploy/examples`. */
export function gatewayExample(): string {
  return readFileSync(join(directory, 'mtlsgateway.yaml'), 'utf8');
}

/** The example for guide B; only where the guide's port of NGINX is taken does it differ from `deploy/examples`. */
export function upstreamExample(nginxPort: number): string {
  const text = readFileSync(join(directory, 'mtlsupstream.yaml'), 'utf8');
  const example = parse(text);
  if (example.spec.nginx.listen === nginxPort) return text;
  example.spec.nginx.listen = nginxPort;
  for (const node of example.spec.service.upstream.nodes) node.port = nginxPort;
  return stringify(example);
}
