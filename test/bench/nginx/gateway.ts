import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from '../../../deploy/local/processes/child.ts';
import type { Rig } from '../../real/nginx-agent/rig.ts';

/**
 * What a gateway is to NGINX: a pool of kept connections, with which a request that fails is sent again twice, as
 * `retries: 2` of an upstream does. The NGINX of the distribution, over mutual TLS to the one that is measured.
 */
export function startGateway(rig: Rig, program: string, port: number): Child {
  const directory = join(rig.directory, 'gateway');
  mkdirSync(join(directory, 'temp'), { recursive: true });
  const at = (name: string) => join(directory, name);
  writeFileSync(at('client.crt'), rig.client.chainPem);
  writeFileSync(at('client.key'), rig.client.keyPem);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path temp/${kind};`);
  const servers = Array.from({ length: 3 }, () => `server 127.0.0.1:${rig.port} max_fails=0;`);
  writeFileSync(
    at('nginx.conf'),
    `daemon off;
worker_processes 1;
pid nginx.pid;
events { }
http {
    access_log off;
    ${paths.join('\n    ')}
    upstream measured { ${servers.join(' ')} keepalive 16; }
    server {
        listen 127.0.0.1:${port};
        location / {
            proxy_pass https://measured;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host test.com;
            proxy_ssl_certificate client.crt;
            proxy_ssl_certificate_key client.key;
            proxy_ssl_server_name on;
            proxy_ssl_name test.com;
            proxy_ssl_session_reuse off;
            proxy_next_upstream error timeout;
            proxy_next_upstream_tries 3;
        }
    }
}
`,
  );
  const args = ['-p', `${directory}/`, '-c', at('nginx.conf'), '-e', 'stderr'];
  return startChild({ name: 'gateway', command: program, args, logFile: at('nginx.log') });
}
