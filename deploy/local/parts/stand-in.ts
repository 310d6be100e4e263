import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import got, { type Got } from 'got';
import { freePort } from '../processes/ports.ts';
import type { Processes } from '../processes/processes.ts';
import type { ProfileName } from '../stand-in/profiles.ts';
import { jsonLine } from './json-line.ts';

/** The gateway stand-in, wherever it runs, and a client for whoever plays its administrator. */
export interface StandIn {
  readonly profile: ProfileName;
  readonly adminUrl: string;
  readonly caFile: string;
  readonly tokenFile: string;
  /** Where its data plane is. */
  readonly host: string;
  readonly httpsPort: number;
  readonly httpPort: number;
  /** Ids of the gateway groups by name; none at APISIX. */
  readonly groups: Readonly<Record<string, string>>;
  /** Admin API with the token, relative to its root; it also opens `stand-in/requests` and `stand-in/faults`. */
  readonly admin: Got;
}

/** One that is a process of this machine. */
export interface StandInProcess extends StandIn {
  /** Of its process group, in which its NGINX is too. */
  readonly pid: number;
}

export interface StandInPorts {
  readonly https: number;
  readonly http: number;
}

export interface StandInOptions {
  /** Which product in which version it plays. */
  readonly profile?: ProfileName;
}

const program = join(import.meta.dirname, '../stand-in/main.ts');
const within = Temporal.Duration.from({ seconds: 30 });

export async function startStandIn(
  processes: Processes,
  directory: string,
  ports: StandInPorts,
  { profile = 'ee-3.10' }: StandInOptions = {},
): Promise<StandInProcess> {
  const { token, tokenFile } = makeToken(directory);
  const flags = {
    profile,
    directory,
    'admin-port': await freePort(),
    'https-port': ports.https,
    'http-port': ports.http,
    'token-file': tokenFile,
  };
  const args = [program, ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])];
  const child = processes.start({ name: 'gateway-stand-in', command: process.execPath, args });
  const ready = await jsonLine(child, (line) => 'adminUrl' in line, within);
  const adminUrl = String(ready['adminUrl']);
  const caFile = String(ready['adminCa']);
  return {
    ...{ profile, pid: child.pid, adminUrl, caFile, tokenFile, host: '127.0.0.1' },
    ...{ httpsPort: ports.https, httpPort: ports.http },
    groups: ready['groups'] as StandIn['groups'],
    admin: administrator({ url: adminUrl, token, caFile }),
  };
}

/** A token of API7 Enterprise that nobody knows, as a file in the directory, which is made if it does not exist. */
export function makeToken(directory: string): { readonly token: string; readonly tokenFile: string } {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const tokenFile = join(directory, 'token');
  const token = `a7ee-${randomBytes(24).toString('base64url')}`;
  writeFileSync(tokenFile, token, { mode: 0o600 });
  return { token, tokenFile };
}

/** A client of the Admin API at `url`, a root that ends without a slash. */
export function administrator({ url, token, caFile }: { url: string; token: string; caFile: string }): Got {
  return got.extend({
    prefixUrl: url,
    headers: { 'x-api-key': token },
    https: { certificateAuthority: readFileSync(caFile, 'utf8') },
    retry: { limit: 0 },
    responseType: 'json',
  });
}

/**
 * What guide A finds at the gateway: a published service with a route `/ip`. The administrator of a gateway has such
 * things; the operator makes none of them for an MtlsGateway.
 */
export async function publishIpRoute(
  standIn: StandIn,
  host: string,
  backendPort: number,
  backendHost = '127.0.0.1',
): Promise<void> {
  const { admin, profile, groups } = standIn;
  const nodes = [{ host: backendHost, port: backendPort, weight: 100 }];
  const isApisix = profile.startsWith('apisix-');
  const searchParams = isApisix ? {} : { gateway_group_id: groups['default'] ?? '' };
  const service = { name: 'httpbin', hosts: [host], upstream: { scheme: 'http', nodes } };
  const type = isApisix ? {} : { type: 'http' };
  await admin.put('apisix/admin/services/httpbin', { searchParams, json: { ...service, ...type } });
  const paths = isApisix ? { uri: '/ip' } : { paths: ['/ip'] };
  const route = { name: 'ip', service_id: 'httpbin', methods: ['GET'], ...paths };
  await admin.put('apisix/admin/routes/httpbin-ip', { searchParams, json: route });
}
