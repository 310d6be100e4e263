import type { Image } from '../../../deploy/local/node/image.ts';

/** Addresses of Services, so that nobody needs names: no DNS runs on the node. */
export const serviceAddresses = { nginx: '10.0.0.50', ip: '10.0.0.60' } as const;

const container = {
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  imagePullPolicy: 'Never',
};
const pod = {
  securityContext: { runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 5,
};

const nginxConf = (included: string) => `worker_processes 1;
pid /tmp/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    ${included}
}
`;

interface Nginx {
  readonly name: string;
  readonly image: Image;
  readonly replicas: number;
  readonly port: number;
  readonly address: string;
  /** What stands in `http`. */
  readonly http: string;
  readonly mounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumes?: readonly object[];
}

/** A Deployment of NGINX with its Service, as a user would write them by hand. */
function nginxObjects({
  name,
  image,
  replicas,
  port,
  address,
  http,
  mounts = [],
  volumes = [],
}: Nginx): readonly object[] {
  const labels = { app: name };
  const nginx = {
    ...container,
    name: 'nginx',
    image: image.reference,
    ports: [{ containerPort: port }],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    volumeMounts: [
      { name: 'main', mountPath: '/etc/nginx/nginx.conf', subPath: 'nginx.conf' },
      { name: 'tmp', mountPath: '/tmp' },
      ...mounts,
    ],
  };
  const spec = {
    ...pod,
    containers: [nginx],
    volumes: [{ name: 'main', configMap: { name } }, { name: 'tmp', emptyDir: {} }, ...volumes],
  };
  const template = { metadata: { labels }, spec };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'nginx.conf': nginxConf(http) } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: { replicas, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { clusterIP: address, selector: labels, ports: [{ port, targetPort: port }] },
    },
  ];
}

/** Guide A's application. */
export const ipBackend = (image: Image): readonly object[] =>
  nginxObjects({
    name: 'ip',
    image,
    replicas: 1,
    port: 8080,
    address: serviceAddresses.ip,
    http: `server { listen 8080; location = /ip { default_type application/json; return 200 '{"origin":"$remote_addr"}'; } }`,
  });

/** Guide B's NGINX, with the Secret and the ConfigMap of the MtlsUpstream of that name. */
export const upstreamNginx = (image: Image, name: string): readonly object[] =>
  nginxObjects({
    name: 'nginx',
    image,
    replicas: 2,
    port: 8443,
    address: serviceAddresses.nginx,
    http: 'include /etc/nginx/conf.d/*.conf;',
    mounts: [
      { name: 'tls', mountPath: '/etc/nginx/tls' },
      { name: 'config', mountPath: '/etc/nginx/conf.d' },
    ],
    volumes: [
      { name: 'tls', secret: { secretName: `${name}-server`, defaultMode: 0o440 } },
      { name: 'config', configMap: { name: `${name}-nginx` } },
    ],
  });
