/** NGINX in pods, as users write it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Image } from '../node/image.ts';
import { restricted, served } from './objects.ts';

const example = join(import.meta.dirname, '../../examples/nginx-agent/deployment.yaml');

const plainConf = `worker_processes 1;
pid /tmp/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    server {
        listen 8080;
        location = /ip { default_type application/json; return 200 '{"origin":"$remote_addr"}'; }
    }
}
`;

/** Guide A's application, at port 8080 of the address. */
export function ipBackend(image: Image, address: string): readonly object[] {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ip' }, data: { 'nginx.conf': plainConf } };
  return [config, ...served({ name: 'ip', address, ports: { http: 8080 }, pod: ipPod(image) })];
}

const ipPod = ({ reference }: Image) => ({
  containers: [
    {
      name: 'nginx',
      image: reference,
      command: ['nginx', '-e', 'stderr', '-c', '/etc/nginx/nginx.conf', '-g', 'daemon off;'],
      readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
      ...restricted.container,
      volumeMounts: [
        { name: 'main', mountPath: '/etc/nginx' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    },
  ],
  volumes: [
    { name: 'main', configMap: { name: 'ip' } },
    { name: 'tmp', emptyDir: {} },
  ],
});

interface Example {
  readonly nginx: Image;
  readonly agent: Image;
  /** Of its Service. */
  readonly address: string;
}

/** The example of an NGINX of a user's own with the agent, with images of ours. */
export function exampleNginx({ nginx, agent, address }: Example): readonly object[] {
  const documents = parseAllDocuments(readFileSync(example, 'utf8'));
  const [deployment, service, ...others] = documents.map((document) => document.toJS());
  const { initContainers, containers } = deployment.spec.template.spec;
  Object.assign(initContainers[0], { image: agent.reference });
  Object.assign(containers[0], { image: nginx.reference });
  Object.assign(service.spec, { clusterIP: address });
  return [deployment, service, ...others];
}
