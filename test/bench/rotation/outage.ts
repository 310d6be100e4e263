import { setTimeout as sleep } from 'node:timers/promises';
import type { Combination } from './combinations.ts';
import type { Stage } from './stage.ts';

const outages = ['none', 'Admin API away', 'API server away', 'an NGINX away'] as const;
export type Outage = (typeof outages)[number];

const lasts = 4_000;

/** One of five plays has each of them, where it can: only the current NGINX has two addresses. */
export function outageOf(index: number, { nginx }: Combination): Outage {
  if (index % 5 === 1) return 'Admin API away';
  if (index % 5 === 2) return 'API server away';
  return index % 5 === 4 && nginx === 'current' ? 'an NGINX away' : 'none';
}

/** Is over by itself. */
export async function have(outage: Outage, { name, gateway }: Combination, { ways }: Stage): Promise<void> {
  const away = {
    none: undefined,
    'Admin API away': ways.admin[gateway],
    'API server away': ways.api,
    'an NGINX away': ways.replica.get(name),
  }[outage];
  if (away === undefined) return;
  away.cut();
  await sleep(lasts);
  away.restore();
}
