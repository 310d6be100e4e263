import type { NginxDeployment } from '../../api/nginx/deployment.ts';

/** The images that pods are made of. */
export interface Images {
  readonly agent: string;
  readonly nginx: string;
}

/** What its containers are made from. */
export interface Pod {
  readonly ports: readonly number[];
  readonly secretName: string;
  readonly configMapName: string;
  readonly images: Images;
  readonly deployment: NginxDeployment;
}

/** Where the agent finds and lays out everything unless its flags say otherwise. */
const directories = {
  tls: '/etc/mtls-operator/tls',
  config: '/etc/mtls-operator/config',
  state: '/run/mtls-operator',
} as const;

const mounts = {
  tls: { name: 'tls', mountPath: directories.tls, readOnly: true },
  config: { name: 'config', mountPath: directories.config, readOnly: true },
  state: { name: 'state', mountPath: directories.state },
  temporary: { name: 'tmp', mountPath: '/tmp' },
} as const;

/** Keys lie in memory alone. */
export function volumes({ secretName, configMapName }: Pod) {
  return [
    { name: mounts.tls.name, secret: { secretName, defaultMode: 0o440 } },
    { name: mounts.config.name, configMap: { name: configMapName, defaultMode: 0o444 } },
    { name: mounts.state.name, emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    { name: mounts.temporary.name, emptyDir: {} },
  ];
}

const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

const statusPort = 9180;

const get = (path: string) => ({ path, port: statusPort, scheme: 'HTTP' });

/**
 * A sidecar: NGINX starts once a release is laid out, and ends before the agent does. A pod takes requests while it serves
 * what was good, so that a release which fails everywhere takes no pod out of service.
 */
export function agentContainer({ images }: Pod) {
  return {
    name: 'agent',
    image: images.agent,
    args: ['nginx-agent'],
    restartPolicy: 'Always',
    ports: [{ name: 'status', containerPort: statusPort, protocol: 'TCP' }],
    startupProbe: { httpGet: get('/startz'), periodSeconds: 1, failureThreshold: 600 },
    livenessProbe: { httpGet: get('/healthz'), periodSeconds: 10 },
    readinessProbe: { httpGet: get('/servez'), periodSeconds: 2 },
    resources: { requests: { cpu: '10m', memory: '96Mi' }, limits: { memory: '256Mi' } },
    securityContext: restricted,
    volumeMounts: [mounts.tls, mounts.config, mounts.state],
  };
}

/** Longer than it takes until every gateway and every node has heard that the pod is going; then it finishes what it has. */
const leave = `sleep 5; kill -QUIT "$(cat ${directories.state}/nginx.pid)"; sleep 50`;

export function nginxContainer({ images, ports, deployment }: Pod) {
  return {
    name: 'nginx',
    image: images.nginx,
    command: ['/bin/sh', `${directories.state}/start.sh`],
    ports: ports.map((port) => ({ name: `https-${port}`, containerPort: port, protocol: 'TCP' })),
    lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', leave] } } },
    resources: resourcesOf(deployment),
    securityContext: restricted,
    volumeMounts: [mounts.state, mounts.temporary],
  };
}

function resourcesOf({ resources: { requests = {}, limits } = {} }: NginxDeployment) {
  const { cpu = '50m', memory = '64Mi' } = requests;
  const requested = { cpu: canonicalCpu(cpu), memory: canonicalMemory(memory) };
  const limited = {
    ...(limits?.cpu === undefined ? {} : { cpu: canonicalCpu(limits.cpu) }),
    ...(limits?.memory === undefined ? {} : { memory: canonicalMemory(limits.memory) }),
  };
  return { requests: requested, ...(Object.keys(limited).length > 0 && { limits: limited }) };
}

/** `2000m` is kept as `2`. */
function canonicalCpu(text: string): string {
  const [, thousandths] = /^(\d+)000m$/.exec(text) ?? [];
  return thousandths ?? text;
}

/** `1024Mi` is kept as `1Gi`. */
function canonicalMemory(text: string): string {
  const [, count = '', unit] = /^(\d+)(Mi|Gi)$/.exec(text) ?? [];
  const bigger = { Mi: 'Gi', Gi: 'Ti' }[unit ?? ''];
  return bigger !== undefined && Number(count) % 1024 === 0
    ? canonicalMemory(`${Number(count) / 1024}${bigger}`)
    : text;
}
