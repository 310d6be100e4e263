import type { Programs } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';
import { runTasks } from '../install/task-list.ts';
import type { Kubectl } from '../parts/kubectl.ts';
import type { Processes } from '../processes/processes.ts';
import type { Checked } from './checks.ts';

export const namespace = 'mtls-demo';

/** What a demo begins with. */
export interface Start {
  readonly processes: Processes;
  /** For keys, data and logs. */
  readonly directory: string;
  /** Kubeconfig of a cluster of the user's own. */
  readonly ownCluster: string | undefined;
}

/** What every demo comes to. */
export interface Running extends Start {
  readonly programs: Programs;
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** Milliseconds from apply to Ready, by kind. */
  readonly took: ReadonlyMap<string, number>;
}

/** Gives a part of the demo; is given what the steps before it have added, and may use nothing else. */
interface Step<Demo> {
  readonly title: string;
  readonly run: (demo: Demo, progress: Progress) => Promise<Partial<Demo>>;
}

/** One kind of demo. */
export interface Script<Demo extends Running> {
  readonly steps: readonly Step<Demo>[];
  /** Performs the steps of the guides. */
  check(demo: Demo): Promise<readonly Checked[]>;
  /** How a person begins a command of curl. */
  readonly curl: string;
  /** Said at the end. */
  readonly remark: string;
}

export async function bringUp<Demo extends Running>(start: Start, steps: Script<Demo>['steps']): Promise<Demo> {
  // Each step finds what those before it have added.
  const demo = { ...start } as Demo;
  const tasks = steps.map(({ title, run }) => ({
    title,
    run: async (progress: Progress) => void Object.assign(demo, await run(demo, progress)),
  }));
  await runTasks(tasks);
  return demo;
}
