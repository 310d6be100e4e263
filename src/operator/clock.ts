import type { EventRecorder } from '../events/recorder.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ServerTime } from '../kube/server-time.ts';
import { ClockWatch } from '../watch/clock-watch.ts';
import { type KindController, wakeAll } from './controllers.ts';
import { leaseOf, regardingOf } from './gateways.ts';
import type { OperatorOptions } from './options.ts';

/** The API server, and what time it is there. */
export interface Api {
  readonly kube: KubeClient;
  readonly serverTime: ServerTime;
}

/** Milliseconds. */
const freshFor = 5_000;

/** Compares the clock of the options with that of the API server. */
export function createClockWatch(
  { kube, serverTime }: Api,
  events: EventRecorder,
  controllers: readonly KindController[],
  options: OperatorOptions,
): ClockWatch {
  const { clock, random, log, clockTolerance: tolerance } = options;
  const first = () => controllers.flatMap(({ resources }) => resources.list())[0];
  return new ClockWatch({
    ...{ clock, random, log, ...(tolerance && { tolerance }) },
    serverTime: () => serverTime.now(),
    // Who renews a Lease, or has work, hears of the time anyway.
    ask: async (signal) => {
      if (serverTime.age > freshFor) await kube.touch(signal);
    },
    wakeAll: () => wakeAll(controllers),
    tell: (told) => {
      const regarding = leaseOf(options) ?? regardingOf(first());
      if (regarding !== undefined) events.record({ ...told, regarding });
    },
  });
}
