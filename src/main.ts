import packageJson from '../package.json' with { type: 'json' };
import { type Command, parseCommand } from './command.ts';
import { endAtCrash, endBy, stopSignal } from './ending.ts';
import { createLogger } from './log.ts';
import type { AgentFlags } from './nginx-agent/flags.ts';
import { seconds } from './std/duration.ts';
import { Failure } from './std/failure.ts';

/**
 * The program as a process: wall clock, chance, signals and sockets are handed in here and nowhere else. What a command
 * does not need is not loaded: the agent lives beside each NGINX, in a fraction of the operator's memory.
 */
const exit = (code: number) => process.exit(code);
endAtCrash(process, { exit, log: createLogger('fatal') });

const clock = { now: () => Temporal.Now.instant() };
const build = { version: packageJson.version, node: process.version };
await run(usable(parseCommand(process.argv.slice(2))));

async function run(command: Command): Promise<void> {
  if (command.kind === 'help') console.log(command.text);
  else if (command.kind === 'version') console.log(build.version);
  else if (command.kind === 'check') await check(command.config);
  else if (command.kind === 'nginx-agent') await runAgent(command.flags);
  else {
    const { loadConfig } = await import('./config.ts');
    const { operate } = await import('./operate.ts');
    return operate(usable(loadConfig(command)), { build, clock, random: Math.random, exit });
  }
  exit(0);
}

async function check(file: string): Promise<void> {
  const { readConfig } = await import('./config.ts');
  const { describeConfig } = await import('./describe-config.ts');
  console.log(describeConfig(file, usable(readConfig(file))));
}

/** It has nothing to hand over: NGINX goes on with what it has. */
async function runAgent(flags: AgentFlags): Promise<void> {
  const { runAgentProcess } = await import('./nginx-agent/process.ts');
  const { createAgentMetrics } = await import('./metrics/nginx-agent.ts');
  const log = createLogger(flags.logLevel);
  const stop = stopSignal(process, { exit, log, patience: seconds(5) });
  const hangUp = (pid: number) => void process.kill(pid, 'SIGHUP');
  const user = process.getuid?.() ?? 0;
  try {
    await runAgentProcess({ flags, metrics: createAgentMetrics(build), clock, log, user, hangUp }, stop);
  } catch (error) {
    endBy(error, { exit, log });
  }
}

/** Ends the process with a sentence where it cannot start as it was asked to. */
function usable<Value>(value: Value | Failure): Value {
  if (!(value instanceof Failure)) return value;
  console.error(value.message);
  process.exit(2);
}
