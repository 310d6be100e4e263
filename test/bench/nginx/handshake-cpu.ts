import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../../../deploy/local/processes/child.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';
import { parseRelease } from '../../../src/api/nginx/release.ts';
import { renderRelease } from '../../../src/nginx/release.ts';
import { findNginx } from '../../../src/nginx-agent/nginx/processes.ts';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import type { Rig } from '../../real/nginx-agent/rig.ts';

/** Rounds in which both take turns: what else the machine does meets both alike. */
const rounds = 6;
const atOnce = 4;
/** The kernel counts in hundredths of a second. */
const tick = 10;

/** Milliseconds of CPU for one new connection with one request: of NGINX under the agent, and of one with plain files. */
export async function measureHandshakes(rig: Rig, count: number): Promise<{ agent: number; fixed: number }> {
  const fixed = await startFixed(rig);
  const spent = { agent: 0, fixed: 0 };
  const each = Math.ceil(count / rounds);
  try {
    for (let round = 0; round < rounds; round += 1) {
      spent.agent += await spentOn(rig, join(rig.state, 'nginx.pid'), rig.port, each);
      spent.fixed += await spentOn(rig, fixed.pidFile, fixed.port, each);
    }
  } finally {
    await fixed.child.stop();
  }
  return { agent: spent.agent / (each * rounds), fixed: spent.fixed / (each * rounds) };
}

/** The same configuration as anybody would write it: paths of files, and no agent. */
async function startFixed(rig: Rig) {
  const directory = join(rig.directory, 'fixed');
  mkdirSync(join(directory, 'temp'), { recursive: true });
  const port = await freePort();
  const parsed = parseRelease(readFileSync(join(rig.config.directory, 'release.json'), 'utf8'));
  if (!parsed.ok) throw new Error('the release is refused');
  const release = { ...parsed.value, nginx: { ...parsed.value.nginx, listen: port } };
  const pidFile = join(directory, 'nginx.pid');
  const place = { directory: rig.secret.directory, canSwapLeaf: false, canKeepIdle: false };
  const text = renderRelease(release, { ...place, whole: { pid: pidFile, temp: join(directory, 'temp') } });
  writeFileSync(join(directory, 'nginx.conf'), text);
  const args = ['-c', join(directory, 'nginx.conf'), '-e', 'stderr', '-g', 'daemon off;'];
  const child = startChild({ name: 'fixed', command: rig.program, args, logFile: join(directory, 'nginx.log') });
  const isUp = async () => (await findNginx(pidFile)) !== undefined;
  await waitUntil(isUp, { child, within: Temporal.Duration.from({ seconds: 10 }) });
  return { child, port, pidFile };
}

async function spentOn(rig: Rig, pidFile: string, port: number, count: number): Promise<number> {
  const before = await cpuOf(pidFile);
  let left = count;
  const line = async () => {
    for (; left > 0; ) {
      left -= 1;
      const result = await tlsProbe({
        address: { host: '127.0.0.1', port },
        ...{ serverName: 'test.com', path: '/hello', client: rig.client },
        deadline: Temporal.Duration.from({ seconds: 5 }),
      });
      if (result.kind !== 'answered') throw new Error(`a handshake failed: ${JSON.stringify(result)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return (await cpuOf(pidFile)) - before;
}

/** In milliseconds, of all workers. */
async function cpuOf(pidFile: string): Promise<number> {
  const { workers = [] } = (await findNginx(pidFile)) ?? {};
  const spent = workers.map(({ pid }) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tick;
  });
  return spent.reduce((sum, one) => sum + one, 0);
}
