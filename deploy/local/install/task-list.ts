import { Listr } from 'listr2';
import { isTerminal, type Progress, printLines } from './progress.ts';

/** A step that a person sees go by. */
export interface Task {
  readonly title: string;
  readonly run: (progress: Progress) => Promise<void>;
}

/**
 * Runs the tasks one after another; the first that fails ends them. At a terminal the list is drawn over itself, and its
 * error is left to the caller; elsewhere each text is a line of its own, the error too.
 */
export async function runTasks(tasks: readonly Task[]): Promise<void> {
  const drawn = isTerminal(process.stdout);
  const listed = tasks.map(({ title, run }) => ({
    title,
    task: (_: unknown, task: { output: string }) => {
      const show = (text: string) => {
        task.output = text.trimEnd();
      };
      // In lines a compiler that counts would print thousands.
      return run(drawn ? show : printLines(show));
    },
  }));
  await new Listr(listed, {
    rendererOptions: { showErrorMessage: false },
    fallbackRendererCondition: !drawn,
    // Our own handler of signals stops everything in order; listr2's would end the process under it.
    registerSignalListeners: false,
  }).run();
}
