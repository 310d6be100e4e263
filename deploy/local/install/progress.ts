/** Told what is going on, often: a listr2 task takes it as its output, plain lines come from `printLines`. */
export type Progress = (text: string) => void;

/** Where a counter may not flood, a text that differs from the last one in its numbers only waits this long, in ms. */
const counterPause = 10_000;

/** One line a text, for logs and pipes. */
export function printLines(write: (line: string) => void, now: () => number = () => performance.now()): Progress {
  let shape = '';
  let at = Number.NEGATIVE_INFINITY;
  return (text) => {
    const next = text.replaceAll(/[\d.,]+/g, '#');
    if (next === shape && now() - at < counterPause) return;
    shape = next;
    at = now();
    write(`${text}\n`);
  };
}

/** Whether what was written can be written over. Some terminals, as of CI, are 0 columns wide: there nothing fits. */
export function isTerminal({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): boolean {
  return isTTY === true && columns > 0;
}

/** One line that is written over, for a terminal; lines where `stream` is none. */
export function printProgress(stream: NodeJS.WriteStream): Progress & { done(): void } {
  if (!isTerminal(stream))
    return Object.assign(
      printLines((line) => stream.write(line)),
      { done: () => {} },
    );
  const clear = '\r\u001b[K';
  return Object.assign((text: string) => void stream.write(clear + text.slice(0, stream.columns - 1)), {
    done: () => void stream.write(clear),
  });
}
