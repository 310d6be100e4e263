import { readFile } from 'node:fs/promises';
import type { Worker } from '../plan/facts.ts';

/** The NGINX that runs. */
export interface Running {
  readonly master: number;
  /** Those that take connections: one that was told to go has another title. */
  readonly workers: readonly Worker[];
}

/** By its pid file. The number may by now be that of another process: its title says whose it is. Linux only. */
export async function findNginx(pidFile: string): Promise<Running | undefined> {
  const master = Number.parseInt((await read(pidFile)) ?? '', 10);
  if (!(master > 0) || !(await titleOf(master)).startsWith('nginx: master process')) return undefined;
  const children = (await read(`/proc/${master}/task/${master}/children`)) ?? '';
  const pids = children.split(' ').filter(Boolean).map(Number);
  const workers = await Promise.all(pids.map(findWorker));
  return { master, workers: workers.filter((one) => one !== undefined) };
}

/** Undefined where it ended meanwhile, or is none. */
async function findWorker(pid: number): Promise<Worker | undefined> {
  if ((await titleOf(pid)) !== 'nginx: worker process') return undefined;
  const stat = await read(`/proc/${pid}/stat`);
  // The title in parentheses may hold anything; of what stands behind it, the 20th is when it started.
  const startedAt = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isFinite(startedAt) ? { pid, startedAt } : undefined;
}

async function titleOf(pid: number): Promise<string> {
  return ((await read(`/proc/${pid}/cmdline`)) ?? '').replaceAll('\0', ' ').trimEnd();
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
