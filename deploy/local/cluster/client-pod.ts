import { execa } from 'execa';
import type { Curl } from '../demo/checks.ts';
import { ensureControlPlane } from '../install/control-plane.ts';
import type { Image } from '../node/image.ts';
import { restricted } from './objects.ts';

/** Where the certificates are for its curl: `curl-client/` of guide A and `gateway-client/` of guide B. */
export const certificates = '/certificates';

/** A pod with curl and the certificates that are issued to clients: with their Secrets they come, and are renewed. */
export function clientPod({ reference }: Image): object {
  const mounted = { 'curl-client': 'curl-client', 'gateway-client': 'mtls-nginx-client' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client' },
    spec: {
      ...restricted.pod,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'curl',
          image: reference,
          command: ['sleep', 'infinity'],
          ...restricted.container,
          volumeMounts: Object.keys(mounted).map((name) => ({ name, mountPath: `${certificates}/${name}` })),
        },
      ],
      volumes: Object.entries(mounted).map(([name, secretName]) => ({ name, secret: { secretName, optional: true } })),
    },
  };
}

/** The curl of that pod. */
export function curlInPod(kubeconfig: string, namespace: string): Curl {
  return async (args) => {
    const { kubectl } = await ensureControlPlane(() => {});
    const pod = ['--kubeconfig', kubeconfig, '--namespace', namespace, 'exec', 'client', '--'];
    const { stdout, stderr, exitCode = -1 } = await execa(kubectl, [...pod, 'curl', ...args], { reject: false });
    return { output: `${stderr}\n${stdout}`, exitCode };
  };
}
