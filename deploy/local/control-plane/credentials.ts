import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who else gets a token: a node and its parts. */
export interface Account {
  readonly user: string;
  readonly group: string;
}

/** Files that the servers read, and the tokens in them. */
export interface Credentials {
  readonly adminToken: string;
  readonly controllerManagerToken: string;
  /** Of the accounts that were asked for, by user. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly tokenFile: string;
  readonly serviceAccountKeyFile: string;
  readonly serviceAccountPublicKeyFile: string;
}

const freshToken = () => randomBytes(32).toString('base64url');

export function writeCredentials(directory: string, accounts: readonly Account[] = []): Credentials {
  const adminToken = freshToken();
  const controllerManagerToken = freshToken();
  const others = accounts.map((account) => ({ ...account, token: freshToken() }));
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const lines = [
    `${adminToken},admin,admin,system:masters`,
    `${controllerManagerToken},system:kube-controller-manager,system:kube-controller-manager`,
    ...others.map(({ token, user, group }) => `${token},${user},${user},${group}`),
  ];
  return {
    adminToken,
    controllerManagerToken,
    tokens: new Map(others.map(({ user, token }) => [user, token])),
    tokenFile: writePrivate(join(directory, 'tokens.csv'), `${lines.join('\n')}\n`),
    serviceAccountKeyFile: writePrivate(join(directory, 'service-account.key'), privateKey),
    serviceAccountPublicKeyFile: writePrivate(join(directory, 'service-account.pub'), publicKey),
  };
}

export interface KubeconfigUser {
  readonly user: string;
  readonly token: string;
  readonly url: string;
  /** PEM. */
  readonly ca: string;
}

/** One cluster, one user, one context; JSON, which is YAML too. Gives the path back. */
export function writeKubeconfig(path: string, { user, token, url, ca }: KubeconfigUser): string {
  const name = 'mtls-operator';
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace: 'default' } }],
    'current-context': name,
  };
  return writePrivate(path, `${JSON.stringify(kubeconfig, undefined, 2)}\n`);
}

function writePrivate(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
