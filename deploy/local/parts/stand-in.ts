import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import got, { type Got } from 'got';
import { freePort } from '../processes/ports.ts';
import type { Processes } from '../processes/processes.ts';
import { jsonLine } from './json-line.ts';

/** The gateway stand-in as a process of its own, and a client for whoever plays its administrator. */
export interface StandIn {
  readonly adminUrl: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly httpsPort: number;
  readonly httpPort: number;
  /** Ids of the gateway groups by name. */
  readonly groups: Readonly<Record<string, string>>;
  /** Admin API with the token, relative to its root; it also opens `stand-in/requests` and `stand-in/faults`. */
  readonly admin: Got;
}

export interface StandInPorts {
  readonly https: number;
  readonly http: number;
}

const program = join(import.meta.dirname, '../stand-in/main.ts');
const within = Temporal.Duration.from({ seconds: 30 });

export async function startStandIn(processes: Processes, directory: string, ports: StandInPorts): Promise<StandIn> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const tokenFile = join(directory, 'token');
  const token = `a7ee-${randomBytes(24).toString('base64url')}`;
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const flags = {
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
  const admin = got.extend({
    prefixUrl: adminUrl,
    headers: { 'x-api-key': token },
    https: { certificateAuthority: readFileSync(caFile, 'utf8') },
    retry: { limit: 0 },
    responseType: 'json',
  });
  const groups = ready['groups'] as Record<string, string>;
  return { adminUrl, caFile, tokenFile, httpsPort: ports.https, httpPort: ports.http, groups, admin };
}

/**
 * What guide A finds at the gateway: a published service with a route `/ip`. The administrator of a gateway has such
 * things; the operator makes none of them for an MtlsGateway.
 */
export async function publishIpRoute({ admin, groups }: StandIn, host: string, backendPort: number): Promise<void> {
  const searchParams = { gateway_group_id: groups['default'] ?? '' };
  const nodes = [{ host: '127.0.0.1', port: backendPort, weight: 100 }];
  const service = { name: 'httpbin', type: 'http', hosts: [host], upstream: { scheme: 'http', nodes } };
  await admin.put('apisix/admin/services/httpbin', { searchParams, json: service });
  const route = { name: 'ip', service_id: 'httpbin', paths: ['/ip'], methods: ['GET'] };
  await admin.put('apisix/admin/routes/httpbin-ip', { searchParams, json: route });
}
