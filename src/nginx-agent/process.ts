import { readFile } from 'node:fs/promises';
import { type Page, serve } from '../http/serve.ts';
import type { Logger } from '../log.ts';
import { type Clock, monotonic } from '../std/clock.ts';
import { permanent } from '../std/failure.ts';
import { runAgent } from './agent.ts';
import type { AgentFlags } from './flags.ts';
import { agentPages } from './pages.ts';
import type { OnStep } from './state/directory.ts';
import { before, type Status } from './status.ts';

export interface ProcessInput {
  readonly flags: AgentFlags;
  readonly metrics: { readonly onStatus: (status: Status) => void; page(): Promise<Page> };
  readonly clock: Clock;
  readonly log: Logger;
  readonly user: number;
  readonly hangUp: (pid: number) => void;
  readonly onStep?: OnStep;
}

/** The agent with its pages, until the signal. Throws a permanent Failure where it cannot start as it was asked to. */
export async function runAgentProcess(
  { flags, metrics, log, ...given }: ProcessInput,
  stop: AbortSignal,
): Promise<void> {
  const { groupName, ...options } = flags;
  const group = groupName === undefined ? {} : { group: await findGroup(groupName) };
  let [status, toldAt]: [Status, number] = [before, monotonic()];
  const onStatus = (told: Status) => {
    [status, toldAt] = [told, monotonic()];
    metrics.onStatus(told);
  };
  const pages = agentPages({ status: () => status, toldAt: () => toldAt, monotonic, metrics: metrics.page });
  const server = await serve(options.statusAddress, pages, log);
  try {
    await runAgent({ ...options, ...group, ...given, log, onStatus }, stop);
  } finally {
    server.close();
  }
}

/** By its number, or by its name in /etc/group. */
async function findGroup(group: string): Promise<number> {
  if (/^\d{1,9}$/.test(group)) return Number(group);
  const lines = (await readFile('/etc/group', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const number = lines.find(([name]) => name === group)?.[2];
  if (number === undefined) throw permanent('UnknownGroup', 'The group of --group is not in /etc/group');
  return Number(number);
}
