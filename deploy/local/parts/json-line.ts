import type { Child } from '../processes/child.ts';
import { waitUntil } from '../processes/wait-until.ts';

type Line = Readonly<Record<string, unknown>>;

/** The first line of JSON in the child's log that `isIt` accepts. Throws a SetupFailure when it does not come in time. */
export async function jsonLine(child: Child, isIt: (line: Line) => boolean, within: Temporal.Duration): Promise<Line> {
  let found: Line | undefined;
  const look = async () => {
    found = child
      .output()
      .split('\n')
      .map(parse)
      .find((line) => line !== undefined && isIt(line));
    return found !== undefined;
  };
  await waitUntil(look, { child, within });
  if (found === undefined) throw new Error(`${child.name} was ready without its line`);
  return found;
}

function parse(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
