/**
 * Metrics by the conventions of Prometheus and controller-runtime, so that dashboards of others fit. What happens is
 * counted as it happens; what is, is read from the operator when somebody scrapes, so that no series outlives its object.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Page } from '../http/serve.ts';
import type { OperatorHooks } from '../operator/options.ts';
import type { OperatorView } from '../operator/view.ts';
import { type Build, countBuild } from './build.ts';
import { countClock } from './clock.ts';
import { countControllers } from './controllers.ts';
import { countEvents } from './events.ts';
import { countGateways } from './gateways.ts';
import { countLeader } from './leader.ts';
import type { Look } from './look.ts';
import { countRequests } from './requests.ts';
import { countResources } from './resources.ts';
import { countWatches } from './watches.ts';

export interface Metrics {
  /** For `runOperator`. */
  readonly hooks: OperatorHooks;
  /** The exposition. */
  page(): Promise<Page>;
}

/** `lease` is the name of the Lease. */
export function createMetrics(build: Build, lease: string): Metrics {
  const registry = new Registry();
  let view: OperatorView | undefined;
  const look: Look = () => view;
  collectDefaultMetrics({ register: registry });
  countBuild(registry, build);
  countLeader(registry, lease, look);
  countWatches(registry, look);
  countResources(registry, look);
  countGateways(registry, look);
  countClock(registry, look);
  const hooks: OperatorHooks = {
    ...countControllers(registry, look),
    ...countRequests(registry),
    ...countEvents(registry),
    onView: (given) => {
      view = given;
    },
  };
  const page = async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() });
  return { hooks, page };
}
