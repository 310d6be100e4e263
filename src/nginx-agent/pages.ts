import { type Page, type Pages, text } from '../http/serve.ts';
import type { Monotonic } from '../std/clock.ts';
import type { Status } from './status.ts';

export interface PagesInput {
  readonly status: () => Status;
  /** When the status was told last, by `monotonic`. */
  readonly toldAt: () => number;
  readonly monotonic: Monotonic;
  readonly metrics: () => Promise<Page>;
}

/** Longer than any step: a test of NGINX may take 30 s. */
const silence = 120_000;

/** What is served of the agent. None of it takes any input. */
export function agentPages({ status, toldAt, monotonic, metrics }: PagesInput): Pages {
  const isAlive = () => monotonic() - toldAt() < silence;
  return {
    '/status': () => ({
      status: 200,
      contentType: 'application/json',
      body: `${JSON.stringify(status(), undefined, 2)}\n`,
    }),
    '/metrics': metrics,
    '/healthz': () => (isAlive() ? text(200, 'ok') : text(503, 'The agent has done nothing for 2 minutes')),
    '/readyz': () => answer(status().ready, status()),
    '/servez': () => answer(status().serving, status()),
    '/startz': () => answer(status().current !== undefined, status()),
  };
}

function answer(isWell: boolean, { reason, message }: Status): Page {
  return isWell ? text(200, 'ok') : text(503, `${reason}: ${message}`);
}
