import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** CPU time in milliseconds of `pace` on the machine where the limits were set, while nothing else ran there. */
const paceThere = 5;
const example = Array.from({ length: 2000 }, (_, index) => ({ name: `n${index}`, hosts: [`a${index}`, `b${index}`] }));

/** Work of a fixed size, for comparison: a machine that is slower, or busy with others, takes longer for it too. */
function pace(): number {
  return spend(() => {
    for (let round = 0; round < 5; round += 1) JSON.parse(JSON.stringify(example));
  });
}

function spend(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return since(before);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * CPU time of the whole process, its thread pool included, as it would be where the limits were set: by the pace of this
 * machine just before and after. The first that is within the limit, or else the least of ten.
 */
export async function cpuMilliseconds(limit: number, work: () => unknown): Promise<number> {
  const spent: number[] = [];
  // The first ones are compiled meanwhile.
  for (let warming = 0; warming < 5; warming += 1) pace();
  for (let run = 0; run < 10 && !spent.some((one) => one <= limit); run += 1) {
    const slowBefore = pace();
    const before = process.cpuUsage();
    await work();
    const took = since(before);
    spent.push(took / Math.max(1, (slowBefore + pace()) / 2 / paceThere));
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
