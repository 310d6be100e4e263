import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultyProxy } from '../../harness/faulty-proxy.ts';
import type { Whole } from '../../harness/whole.ts';

/** A kubeconfig that leads through the proxy as the operator's service account. */
export async function writeKubeconfig(
  whole: Whole,
  proxy: FaultyProxy,
  { cluster = { 'insecure-skip-tls-verify': true }, user }: { cluster?: object; user?: object } = {},
): Promise<string> {
  const path = join(whole.directory, 'through-proxy.kubeconfig');
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: proxy.url, ...cluster } }],
    users: [{ name: 'u', user: user ?? { token: await newToken(whole) } }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

export async function newToken({ kubectl }: Whole): Promise<string> {
  const account = ['-n', 'mtls-operator-system', 'mtls-operator'];
  return (await kubectl(['create', 'token', ...account, '--duration=1h'])).trim();
}
