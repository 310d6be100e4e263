import { setTimeout as pause } from 'node:timers/promises';
import type { Progress } from '../install/progress.ts';
import type { Kubectl } from '../parts/kubectl.ts';
import { SetupFailure } from '../setup-failure.ts';

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

const interval = 150;

/** Waits until every resource of the namespace is Ready; tells each change of what it waits for. Gives ms by kind. */
export async function waitUntilReady(
  kubectl: Kubectl,
  namespace: string,
  within: Temporal.Duration,
  progress: Progress,
) {
  const start = performance.now();
  const took = new Map<string, number>();
  for (;;) {
    const list = JSON.parse(await kubectl(['get', 'mtls', '-n', namespace, '-o', 'json']));
    const resources: readonly Resource[] = list.items;
    for (const { kind } of resources.filter(isReady)) if (!took.has(kind)) took.set(kind, performance.now() - start);
    const waiting = resources.filter((resource) => !isReady(resource));
    if (resources.length > 0 && waiting.length === 0) return took;
    const text = waiting.map(describe).join('; ');
    progress(text);
    if (performance.now() - start > within.total('milliseconds')) {
      throw new SetupFailure(`The resources did not become Ready: ${text}.`);
    }
    await pause(interval);
  }
}

function isReady({ metadata, status }: Resource): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && status?.observedGeneration === metadata.generation;
}

function describe({ kind, metadata, status }: Resource): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return `${kind} ${metadata.name}: ${ready?.message ?? 'not seen yet'}`;
}
