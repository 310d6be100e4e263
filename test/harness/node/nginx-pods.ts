/** NGINX in pods, as users write it: restricted, with kubelet's volumes, and the agent beside it. */
import type { Image } from '../../../deploy/local/node/image.ts';

const containerBasics = {
  imagePullPolicy: 'Never',
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};
const podBasics = {
  securityContext: { runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 20,
};

interface Application {
  readonly name: string;
  readonly replicas: number;
  readonly port: number;
  /** Of its Service, so that nobody needs a name: no DNS runs on the node. */
  readonly address: string;
  readonly pod: object;
}

function deploymentWithService({ name, replicas, port, address, pod }: Application): readonly object[] {
  const labels = { app: name };
  const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const template = { metadata: { labels }, spec: { ...podBasics, ...pod } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: { replicas, strategy, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { clusterIP: address, selector: labels, ports: [{ port, targetPort: port }] },
    },
  ];
}

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
  const nginx = {
    ...containerBasics,
    name: 'nginx',
    image: image.reference,
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    volumeMounts: [
      { name: 'main', mountPath: '/etc/nginx' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    command: ['nginx', '-e', 'stderr', '-c', '/etc/nginx/nginx.conf', '-g', 'daemon off;'],
  };
  const volumes = [
    { name: 'main', configMap: { name: 'ip' } },
    { name: 'tmp', emptyDir: {} },
  ];
  const pod = { containers: [nginx], volumes };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ip' }, data: { 'nginx.conf': plainConf } },
    ...deploymentWithService({ name: 'ip', replicas: 1, port: 8080, address, pod }),
  ];
}

export interface FollowingNginx {
  /** Of the MtlsUpstream, and of the Deployment. */
  readonly name: string;
  readonly image: Image;
  readonly agent: Image;
  readonly address: string;
}

const state = { name: 'state', mountPath: '/run/mtls-operator' };

/** Two pods of NGINX at port 8443, with the agent beside each: it follows the Secret and the ConfigMap. */
export function followingNginx({ name, image, agent, address }: FollowingNginx): readonly object[] {
  const pod = {
    shareProcessNamespace: true,
    // A sidecar that is up before NGINX and outlives it.
    initContainers: [{ ...agentContainer(agent), restartPolicy: 'Always' }],
    containers: [nginxContainer(image)],
    volumes: [
      { name: 'tls', secret: { secretName: `${name}-server`, defaultMode: 0o440 } },
      { name: 'config', configMap: { name: `${name}-nginx` } },
      // Keys never reach a disk.
      { name: 'state', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
    ],
  };
  return deploymentWithService({ name, replicas: 2, port: 8443, address, pod });
}

const agentContainer = ({ reference }: Image) => ({
  ...containerBasics,
  name: 'agent',
  image: reference,
  args: ['nginx-agent'],
  ports: [{ name: 'agent', containerPort: 9180 }],
  // NGINX starts when a release is laid out for it.
  startupProbe: { httpGet: { path: '/startz', port: 'agent' }, periodSeconds: 1, failureThreshold: 120 },
  readinessProbe: { httpGet: { path: '/servez', port: 'agent' }, periodSeconds: 1 },
  livenessProbe: { httpGet: { path: '/healthz', port: 'agent' }, periodSeconds: 20, timeoutSeconds: 5 },
  volumeMounts: [
    { name: 'tls', mountPath: '/etc/mtls-operator/tls', readOnly: true },
    { name: 'config', mountPath: '/etc/mtls-operator/config', readOnly: true },
    state,
  ],
});

const nginxContainer = ({ reference }: Image) => ({
  ...containerBasics,
  name: 'nginx',
  image: reference,
  command: ['/bin/sh', `${state.mountPath}/start.sh`],
  ports: [{ containerPort: 8443 }],
  // Until nobody is sent to this pod any more, it takes new connections.
  lifecycle: { preStop: { sleep: { seconds: 3 } } },
  volumeMounts: [state],
});
