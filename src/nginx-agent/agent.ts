/**
 * The NGINX agent: beside one NGINX it takes what the operator wrote into a Secret and a ConfigMap, lays it out as a
 * release, has NGINX test it, makes it the current one, and looks until NGINX serves it; what fails goes back to the
 * release before. It observes, plans as a pure function (plan/plan.ts) and performs one step, again and again. It never
 * talks to an API server, and never tells anybody a key.
 */
import type { Logger } from '../log.ts';
import type { Clock } from '../std/clock.ts';
import { describeCrash } from '../std/crash.ts';
import { seconds } from '../std/duration.ts';
import { type ApplyOptions, apply, type Step } from './apply.ts';
import { lookAt, type Seen } from './look/look.ts';
import { Memory } from './look/memory.ts';
import { nginxInContainer } from './nginx/container.ts';
import type { NginxHost } from './nginx/host.ts';
import { nginxOnMachine } from './nginx/machine.ts';
import type { AgentOptions } from './options.ts';
import type { Decision } from './plan/decision.ts';
import { plan } from './plan/plan.ts';
import { type OnStep, StateDirectory } from './state/directory.ts';
import { before, type Counts, describe, type Status } from './status.ts';
import { Wake } from './wake.ts';

export interface AgentInput extends AgentOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The user that this process is. */
  readonly user: number;
  readonly hangUp: (pid: number) => void;
  /** Each time that something was looked at. */
  readonly onStatus: (status: Status) => void;
  readonly onStep?: OnStep;
}

/** Until the next look, if nothing wakes it. */
const pauses = {
  proving: Temporal.Duration.from({ milliseconds: 50 }),
  served: seconds(2),
  blocked: seconds(1),
} as const;
/** After a step that failed, as on a full disk. */
const pauseAfterFailure = seconds(1);

/** Goes on until the signal. */
export async function runAgent(input: AgentInput, stop: AbortSignal): Promise<void> {
  const agent = new Agent(input);
  await agent.run(stop);
}

class Agent {
  readonly #input: AgentInput;
  readonly #directory: StateDirectory;
  readonly #apply: ApplyOptions;
  readonly #look: () => Promise<Seen>;
  #status: Status = before;
  #counts: Counts = before.counts;

  constructor(input: AgentInput) {
    const { place, user, group, onStep = () => {}, clock, hangUp } = input;
    const owner = { user, ...(group !== undefined && { group }) };
    this.#input = input;
    this.#directory = new StateDirectory({ path: place.state, owner, onStep });
    const parts = { host: hostOf(input), directory: this.#directory, memory: new Memory(), clock };
    this.#apply = { ...parts, onStep, hangUp };
    this.#look = lookAt({ ...input, ...parts });
  }

  async run(stop: AbortSignal): Promise<void> {
    await this.#directory.prepare();
    const wake = new Wake([this.#input.secretDirectory, this.#input.configDirectory]);
    try {
      while (!stop.aborted) await this.#turn(wake, stop);
    } finally {
      wake.close();
    }
  }

  /** One look, and one step or a pause. */
  async #turn(wake: Wake, stop: AbortSignal): Promise<void> {
    try {
      const seen = await this.#look();
      const decision = plan(seen.facts);
      this.#tell(seen, decision);
      if (decision.do === 'wait') return await wake.wait(pauses[decision.state], stop);
      await this.#perform(decision, seen);
    } catch (error) {
      this.#fail(error);
      await wake.wait(pauseAfterFailure, stop);
    }
  }

  async #perform(step: Step, { facts, master }: Seen): Promise<void> {
    const { do: what, ...about } = step.do === 'lay' ? { do: step.do, id: step.release.about.id } : step;
    this.#input.log.info(about, what);
    await apply(step, facts, master, this.#apply);
    this.#counts = counted(this.#counts, step);
  }

  /** What the system says by a code has a name; anything else is a defect, of which only the place is told. */
  #fail(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    const message = `A step of the agent failed${code === undefined ? '' : ` (${code})`} and is tried again; is ${this.#directory.path} writable, and is there room?`;
    this.#status = { ...this.#status, ready: false, state: 'blocked', reason: 'StepFailed', message };
    this.#input.onStatus(this.#status);
    this.#input.log.error(code === undefined ? describeCrash(error) : { code }, 'a step failed, and is tried again');
  }

  #tell(seen: Seen, decision: Decision): void {
    const { reason, message, state, ready } = this.#status;
    this.#status = describe(seen, decision, this.#counts, this.#status);
    const now = this.#status;
    this.#input.onStatus(now);
    const isNew = now.reason !== reason || now.message !== message || now.ready !== ready;
    if (decision.do === 'wait' && (isNew || state !== now.state))
      this.#input.log.info({ state: now.state, ready: now.ready, reason: now.reason }, now.message || 'served');
  }
}

function hostOf({ program, mainConfig, place }: AgentOptions): NginxHost {
  if (program === undefined) return nginxInContainer(place.state);
  const main = mainConfig === undefined ? {} : { mainConfig };
  return nginxOnMachine({ state: place.state, program, isIncluded: place.form === 'included', ...main });
}

const counters: Readonly<Partial<Record<Step['do'], keyof Counts>>> = {
  test: 'tests',
  switch: 'switches',
  reload: 'reloads',
  reject: 'rejections',
};

function counted(counts: Counts, step: Step): Counts {
  const name = counters[step.do];
  return name === undefined ? counts : { ...counts, [name]: counts[name] + 1 };
}
