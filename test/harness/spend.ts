import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * CPU time of the whole process, its thread pool included. A busy machine slows down caches and clocks too, so it is the
 * first that is within the limit, or else the least of ten.
 */
export async function cpuMilliseconds(limit: number, work: () => unknown): Promise<number> {
  const spent: number[] = [];
  for (let run = 0; run < 10 && !spent.some((one) => one <= limit); run += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1000);
  }
  return Math.min(...spent);
}

/** What was made, and by how much the heap is larger with it. */
export function keep<Made>(make: () => Made): { readonly made: Made; readonly megabytes: number } {
  const used = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const before = used();
  const made = make();
  return { megabytes: used() - before, made };
}
