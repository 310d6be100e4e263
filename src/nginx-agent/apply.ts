import type { Clock } from '../std/clock.ts';
import type { Memory } from './look/memory.ts';
import type { NginxHost } from './nginx/host.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import type { OnStep, StateDirectory } from './state/directory.ts';
import { withRejection } from './state/rejections.ts';

export type Step = Exclude<Decision, { do: 'wait' }>;

export interface ApplyOptions {
  readonly clock: Clock;
  readonly host: NginxHost;
  readonly directory: StateDirectory;
  readonly memory: Memory;
  readonly onStep: OnStep;
  /** Sends SIGHUP. */
  readonly hangUp: (pid: number) => void;
}

/** Performs one step. */
export async function apply(
  step: Step,
  facts: Facts,
  master: number | undefined,
  options: ApplyOptions,
): Promise<void> {
  const { clock, host, directory, memory, onStep, hangUp } = options;
  switch (step.do) {
    case 'unlink socket':
      onStep('unlink the socket');
      return directory.unlinkSocket();
    case 'lay':
      return directory.lay(step.release);
    case 'test':
      onStep('test');
      return void memory.tests.set(step.id, await host.test(step.id));
    case 'test-machine':
      onStep('test the machine');
      return memory.machineTested(step.id, (await host.testMachine?.()) ?? { ok: true }, clock.now());
    case 'switch':
      memory.switched();
      return directory.point('current', step.id);
    case 'reload':
      onStep('reload');
      memory.reloaded({ id: step.id, at: clock.now() });
      if (master !== undefined) hangUp(master);
      return;
    case 'approve':
      await directory.point('good', step.id);
      return keepRejections(facts, directory, step.id);
    case 'reject': {
      const { id, reason, message } = step;
      memory.tests.delete(id);
      return directory.writeRejections(withRejection(facts.rejections, { id, reason, message, at: clock.now() }));
    }
    case 'remove':
      return directory.remove(step.ids);
  }
}

/** What was rejected before is forgotten with the input that it was made of. */
async function keepRejections({ rejections, wanted }: Facts, directory: StateDirectory, good: string): Promise<void> {
  const id = wanted.kind === 'ready' ? wanted.release.about.id : undefined;
  const kept = rejections.filter((rejection) => rejection.id === id && id !== good);
  if (kept.length < rejections.length) await directory.writeRejections(kept);
}
