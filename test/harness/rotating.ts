import { X509Certificate } from 'node:crypto';
import type { Status } from '../../src/api/status.ts';
import type { ProbeResult } from '../../src/model/probe-result.ts';
import { tlsProbe } from '../../src/probe/tls-probe.ts';
import { goOn, startTraffic } from './traffic.ts';
import type { Whole } from './whole.ts';

/** The texts of a Secret with a certificate, as a client has loaded them. */
export type Loaded = Readonly<Record<string, string>>;

const deadline = Temporal.Duration.from({ seconds: 5 });

/** A request at the gateway with what is in there. */
export function visit({ standIn }: Whole, pair: Loaded, serverName = 'test.com'): Promise<ProbeResult> {
  const client = { chainPem: pair['tls.crt'] ?? '', keyPem: pair['tls.key'] ?? '' };
  const address = { host: '127.0.0.1', port: standIn.httpsPort };
  return tlsProbe({ address, serverName, path: '/', trust: [pair['ca.crt'] ?? ''], client, deadline });
}

/** Whatever the application says; without a certificate it would be 400, or no answer at all. */
export const isIn = (result: ProbeResult) => result.kind === 'answered' && result.status !== 400;

export const fingerprint = (pem = '') => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

export async function rotationOf(whole: Whole, kind: string, name: string): Promise<Status['rotation']> {
  return (await whole.get<{ status?: Status }>(kind, name)).status?.rotation;
}

/** As its holder says that it has loaded what is in it now. */
export async function acknowledge(whole: Whole, secret: string): Promise<void> {
  const loaded = `mtls-operator.dev/loaded=${fingerprint((await whole.secret(secret))['tls.crt'])}`;
  await whole.here(['annotate', 'secret', secret, loaded, '--overwrite']);
}

/** What failed for a client that never follows, with what it loaded first, and for one that follows at once. */
export async function failedMeanwhile(
  whole: Whole,
  { first, secret }: { readonly first: Loaded; readonly secret: string },
  work: () => Promise<void>,
): Promise<readonly string[]> {
  const never = startTraffic(() => visit(whole, first), isIn);
  const always = startTraffic(async () => visit(whole, await whole.secret(secret)), isIn);
  const all = [never, always];
  try {
    await goOn(all);
    await work();
    await goOn(all);
  } finally {
    await Promise.all(all.map(({ stop }) => stop()));
  }
  return all.flatMap(({ failed }) => failed);
}
