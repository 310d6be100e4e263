import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startStandIn } from '../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../deploy/local/processes/ports.ts';
import type { Processes } from '../../deploy/local/processes/processes.ts';
import type { ProfileName } from '../../deploy/local/stand-in/profiles.ts';
import type { Target } from './target.ts';

/** Starts one that is then asked as if it were live. */
export async function startTarget(profile: ProfileName, processes: Processes, directory: string): Promise<Target> {
  const ports = { https: await freePort(), http: await freePort() };
  const { adminUrl, caFile, tokenFile } = await startStandIn(processes, join(directory, 'gateway'), ports, { profile });
  const host = '127.0.0.1';
  return {
    type: profile.startsWith('apisix') ? 'apisix' : 'api7-ee',
    admin: { url: adminUrl, token: readFileSync(tokenFile, 'utf8'), ca: readFileSync(caFile, 'utf8') },
    tokenFile,
    caFile,
    https: { host, port: ports.https },
    http: { host, port: ports.http },
    upstreamHost: host,
    group: 'default',
    furtherGroups: [],
  };
}
