import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../node/image.ts';
import type { Node } from '../node/start-node.ts';
import { administrator, makeToken, type StandIn } from '../parts/stand-in.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { makeAdminCertificates } from '../stand-in/own-certificates.ts';
import { applyObjects, restricted, restrictedNamespace, served } from './objects.ts';

const namespace = 'gateway';
const name = 'gateway-stand-in';
const ports = { admin: 7443, https: 9443, http: 9080 } as const;
const home = '/run/stand-in';
const within = Temporal.Duration.from({ seconds: 60 });

/** The stand-in of a gateway as a pod behind a Service at the address. `directory` gets its token and its CA. */
export async function startStandInPod(
  { kubectl, forward }: Node,
  { image, address, directory }: { readonly image: Image; readonly address: string; readonly directory: string },
): Promise<StandIn> {
  const { token, tokenFile } = makeToken(directory);
  await makeAdminCertificates(directory, address);
  const read = (file: string) => readFileSync(join(directory, file), 'utf8');
  const secret = { token, 'tls.crt': read('admin.crt'), 'tls.key': read('admin.key') };
  const metadata = { name, namespace };
  const here: typeof kubectl = (args, input) => kubectl(['-n', namespace, ...args], input);
  await applyObjects(kubectl, [restrictedNamespace(namespace)]);
  await applyObjects(here, [
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: secret },
    ...served({ name, address, ports, pod: podOf(image) }),
  ]);
  await here(['rollout', 'status', `deployment/${name}`, '--timeout=60s']);
  const caFile = join(directory, 'admin-ca.crt');
  const way = await forward({ host: address, port: ports.admin });
  const admin = administrator({ url: `https://127.0.0.1:${way}`, token, caFile });
  // The proxy of the node learns of the pod some moments after it is Ready.
  await waitUntil(async () => (await admin('stand-in/requests')).ok, { what: 'the gateway stand-in', within });
  return {
    profile: 'ee-3.10',
    adminUrl: `https://${address}:${ports.admin}`,
    ...{ caFile, tokenFile, host: address, httpsPort: ports.https, httpPort: ports.http },
    groups: groupsIn(await here(['logs', `deployment/${name}`])),
    admin,
  };
}

/** It says them in its one line of JSON. */
function groupsIn(log: string): StandIn['groups'] {
  const line = log.split('\n').find((text) => text.startsWith('{')) ?? '{}';
  return (JSON.parse(line) as Pick<StandIn, 'groups'>).groups;
}

const flags = {
  directory: home,
  address: '0.0.0.0',
  'admin-port': ports.admin,
  'https-port': ports.https,
  'http-port': ports.http,
  'token-file': '/etc/stand-in/token',
  'tls-cert': '/etc/stand-in/tls.crt',
  'tls-key': '/etc/stand-in/tls.key',
};

const podOf = ({ reference }: Image) => ({
  containers: [
    {
      name: 'gateway',
      image: reference,
      args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
      // It listens there once its data plane serves.
      readinessProbe: { tcpSocket: { port: ports.admin }, periodSeconds: 1 },
      ...restricted.container,
      volumeMounts: [
        { name: 'own', mountPath: '/etc/stand-in' },
        { name: 'state', mountPath: home },
      ],
    },
  ],
  volumes: [
    { name: 'own', secret: { secretName: name } },
    { name: 'state', emptyDir: { medium: 'Memory' } },
  ],
});
