import { countWrites, growth, sum } from './api-client.ts';
import type { OperatorFacts, OperatorHandlers } from './operator-process.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './worker.ts';

export interface WriteFacts {
  /** Of ours, by the API server's own count. */
  readonly kubeWrites: Readonly<Record<string, number>>;
  /** By the gateway's own count. */
  readonly adminWrites: Readonly<Record<string, number>>;
  readonly operator: OperatorFacts;
}

/** What is written while `during` runs, by whomever. */
export async function watchWrites(
  { api, gateway }: Stage,
  operator: () => Worker<OperatorHandlers>,
  during: () => Promise<void>,
): Promise<WriteFacts> {
  const before = { kube: await countWrites(api), admin: await gateway.ask('requests') };
  await during();
  const { GET: _, ...adminWrites } = growth(before.admin, await gateway.ask('requests'));
  return {
    kubeWrites: growth(before.kube, await countWrites(api)),
    adminWrites,
    operator: await operator().ask('facts'),
  };
}

export function totalWrites({ kubeWrites, adminWrites }: Pick<WriteFacts, 'kubeWrites' | 'adminWrites'>): number {
  return sum(kubeWrites) + sum(adminWrites);
}
