import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import got, { type Got } from 'got';
import { freePort } from '../processes/ports.ts';
import type { Processes } from '../processes/processes.ts';
import type { ProfileName } from '../stand-in/profiles.ts';
import { jsonLine } from './json-line.ts';

/** The gateway stand-in as a process of its own, and a client for whoever plays its administrator. */
export interface StandIn {
  readonly profile: ProfileName;
  /** Of its process group, in which its NGINX is too. */
  readonly pid: number;
  readonly adminUrl: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly httpsPort: number;
  readonly httpPort: number;
  /** Ids of the gateway groups by name; none at APISIX. */
  readonly groups: Readonly<Record<string, string>>;
  /** Admin API with the token, relative to its root; it also opens `stand-in/requests` and `stand-in/faults`. */
  readonly admin: Got;
}

export interface StandInPorts {
  readonly https: number;
  readonly http: number;
}

export interface StandInOptions {
  /** Which product in which version it plays. */
  readonly profile?: ProfileName;
  /** Where it runs, if not on this machine's 127.0.0.1. */
  readonly place?: Place;
}

/** Another network than ours. */
interface Place {
  /** Of the stand-in there. */
  readonly address: string;
  /** What to put before a command that is to run there. */
  readonly enter: readonly string[];
  /** A port of ours that leads there. */
  forward(target: { readonly host: string; readonly port: number }): Promise<number>;
}

/** Ours. */
const here: Place = { address: '127.0.0.1', enter: [], forward: async ({ port }) => port };

const program = join(import.meta.dirname, '../stand-in/main.ts');
const within = Temporal.Duration.from({ seconds: 30 });

export async function startStandIn(
  processes: Processes,
  directory: string,
  ports: StandInPorts,
  { profile = 'ee-3.10', place = here }: StandInOptions = {},
): Promise<StandIn> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const tokenFile = join(directory, 'token');
  const token = `a7ee-${randomBytes(24).toString('base64url')}`;
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const adminPort = await freePort();
  const flags = {
    profile,
    directory,
    address: place.address,
    'admin-port': adminPort,
    'https-port': ports.https,
    'http-port': ports.http,
    'token-file': tokenFile,
  };
  const options = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const [command = process.execPath, ...args] = [...place.enter, process.execPath, program, ...options];
  const child = processes.start({ name: 'gateway-stand-in', command, args });
  const ready = await jsonLine(child, (line) => 'adminUrl' in line, within);
  const adminUrl = String(ready['adminUrl']);
  const caFile = String(ready['adminCa']);
  const admin = got.extend({
    prefixUrl: `https://127.0.0.1:${await place.forward({ host: place.address, port: adminPort })}`,
    headers: { 'x-api-key': token },
    https: { certificateAuthority: readFileSync(caFile, 'utf8') },
    retry: { limit: 0 },
    responseType: 'json',
  });
  const groups = ready['groups'] as Record<string, string>;
  const { pid } = child;
  return { profile, pid, adminUrl, caFile, tokenFile, httpsPort: ports.https, httpPort: ports.http, groups, admin };
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
