import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../std/clock.ts';
import type { NginxHost } from '../nginx/host.ts';
import { findNginx } from '../nginx/processes.ts';
import { abilitiesOf } from '../nginx/version.ts';
import type { AgentOptions } from '../options.ts';
import type { Facts, Shown, TestResult } from '../plan/facts.ts';
import { readMounted } from '../source/read.ts';
import type { State, StateDirectory } from '../state/directory.ts';
import type { Memory } from './memory.ts';
import { wantedAt } from './wanted.ts';
import { askDoors, askWorkers, hasListener } from './wire.ts';

export interface LookOptions extends AgentOptions {
  readonly clock: Clock;
  readonly host: NginxHost;
  readonly directory: StateDirectory;
  readonly memory: Memory;
}

/** Facts, and what of them only a person wants to know. */
export interface Seen {
  readonly facts: Facts;
  readonly version?: string;
  readonly master?: number;
}

/** Looks at everything: files, processes, and what NGINX shows. */
export function lookAt(options: LookOptions): () => Promise<Seen> {
  const { host, directory, memory, clock, place, reloadTimeout } = options;
  const judge = wantedAt(place);
  return async () => {
    const [version, mounted, state, running, canTest] = await Promise.all([
      host.version(),
      readMounted(options),
      directory.read(),
      findNginx(options.pidFile),
      host.canTest(),
    ]);
    const workers = running?.workers ?? [];
    const wire = await lookAtWire(options, state, workers.length);
    const facts: Facts = {
      ...state,
      now: clock.now(),
      wanted: judge(mounted, abilitiesOf(version)),
      tests: await testsOf(options, state, running !== undefined),
      ...memory.facts(clock.now()),
      asksMachine: host.testMachine !== undefined,
      canTest,
      isRunning: running !== undefined,
      hasDeadSocket: running === undefined && (await hasDeadSocket(place.state)),
      workers,
      ...wire,
      reloadTimeout,
    };
    return { facts, ...(version !== undefined && { version }), ...(running && { master: running.master }) };
  };
}

async function lookAtWire({ memory, place, nginxAddress, clock }: LookOptions, state: State, count: number) {
  const about = state.laid.find(({ id }) => id === state.current?.id);
  if (about === undefined || count === 0) return { shown: new Map<number, Shown>(), doors: [] };
  const shown = await askWorkers(place.state, count);
  // Of what nobody has loaded yet the ports say nothing, and one that somebody else holds may never answer.
  const isLoaded = shown.size === 0 || [...shown.values()].some(({ loads }) => loads === about.loads);
  const ask = () => askDoors(nginxAddress, about);
  const doors = isLoaded ? await memory.doors(about, clock.now(), ask) : [];
  return { shown: memory.remember(shown, about), doors };
}

async function testsOf({ host, memory }: LookOptions, { current }: State, isRunning: boolean) {
  const id = current?.id;
  const atStart = isRunning || id === undefined ? undefined : await host.resultAtStart(id);
  return new Map<string, TestResult>([...memory.tests, ...(id && atStart ? ([[id, atStart]] as const) : [])]);
}

/** A socket that nobody listens at. */
async function hasDeadSocket(state: string): Promise<boolean> {
  const there = await lstat(join(state, 'agent.sock')).catch(() => undefined);
  return there?.isSocket() === true && !(await hasListener(state));
}
