import { endpointText, type GatewayConfig } from '../api/operator-config.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { Logger } from '../log.ts';
import { afterLook, noLookYet, type Outage, type Streak } from '../plan/outage.ts';
import { httpProbe } from '../probe/http-probe.ts';
import { concreteHost, probeDeadline } from '../probe/probe.ts';
import { tlsProbe } from '../probe/tls-probe.ts';
import { jittered, type Random } from '../std/backoff.ts';
import { toMilliseconds } from '../std/duration.ts';
import { Failure, transient } from '../std/failure.ts';
import { untilStopped } from '../std/until-aborted.ts';
import { pauses } from './pauses.ts';
import type { Told } from './tell.ts';

export type Protocol = keyof GatewayConfig['dataPlane'];

export interface ReachabilityOptions {
  readonly gateways: Pick<Gateways, 'look' | 'forgetReadings'>;
  readonly configs: readonly Pick<GatewayConfig, 'name' | 'dataPlane'>[];
  /** From the begin of a look to the begin of the next one. */
  readonly interval: Temporal.Duration;
  readonly random: Random;
  readonly log: Logger;
  /** A host that the gateway should know, a wildcard too; asked without one, many gateways log each look as an error. */
  readonly hostAt: (gateway: string) => string | undefined;
  /** Has the resources of the gateway reconciled that rest on these; called once for all that a look has changed. */
  readonly wake: (gateway: string, protocols: readonly Protocol[]) => void;
  /** Tells whoever runs the operator. */
  readonly tell: (gateway: string, told: Told) => void;
}

/** Whether an endpoint answered when it was last looked at, for metrics. */
export interface EndpointState {
  readonly gateway: string;
  /** `admin`, or `https` or `http` with an address. */
  readonly endpoint: string;
  readonly answers: boolean;
}

interface Endpoint {
  readonly part: 'admin' | Protocol;
  readonly label: string;
  readonly look: (signal: AbortSignal) => Promise<Failure | undefined>;
}

/**
 * Asks every gateway at short intervals whether it still answers, once for all of its resources. What two looks in a row
 * found silent is an outage: resources say so until it answers again, and nothing is asked of it on their behalf.
 */
export class Reachability {
  readonly #options: ReachabilityOptions;
  readonly #endpoints: ReadonlyMap<string, readonly Endpoint[]>;
  readonly #streaks = new Map<Endpoint, Streak>();

  constructor(options: ReachabilityOptions) {
    this.#options = options;
    this.#endpoints = new Map(options.configs.map((config) => [config.name, endpointsOf(config, options)]));
  }

  /** What of the gateway a resource cannot rely on, whose data plane is asked by that protocol; undefined: all is well. */
  outageOf(gateway: string, protocol: Protocol): Outage | undefined {
    const [admin] = this.#outages(gateway, 'admin');
    const [dataPlane] = this.#outages(gateway, protocol);
    if (admin === undefined && dataPlane === undefined) return undefined;
    return { ...(admin && { admin }), ...(dataPlane && { dataPlane }) };
  }

  /** Endpoints that were looked at. */
  get states(): readonly EndpointState[] {
    return [...this.#endpoints].flatMap(([gateway, endpoints]) =>
      endpoints.flatMap((endpoint) => {
        const streak = this.#streaks.get(endpoint);
        return streak === undefined ? [] : [{ gateway, endpoint: endpoint.label, answers: streak.failures === 0 }];
      }),
    );
  }

  /** Milliseconds within which all parts of a gateway go or come back, as a rule. */
  get #settling(): number {
    return toMilliseconds(this.#options.interval) / 10;
  }

  /** Looks until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const looking = [...this.#endpoints.keys()].map((gateway) => this.#lookAtIntervals(gateway, signal));
    await untilStopped(Promise.all(looking), signal);
  }

  /** Looks at every endpoint of one gateway now; what has changed is told, and wakes its resources in one go. */
  async check(gateway: string, signal: AbortSignal): Promise<void> {
    const endpoints = this.#endpoints.get(gateway) ?? [];
    const lookAtAll = () => Promise.all(endpoints.map((endpoint) => endpoint.look(signal)));
    const first = await lookAtAll();
    // What stops or comes back in the midst of a look is then seen as one change, and costs one status write.
    const isNews = isMixed(first) && this.#differs(endpoints, first);
    const found = isNews && (await pauses(this.#settling, signal)) ? await lookAtAll() : first;
    if (signal.aborted) return;
    const changed = endpoints.filter((endpoint, index) => this.#note(gateway, endpoint, found[index]));
    if (changed.length === 0) return;
    this.#options.gateways.forgetReadings(gateway);
    this.#options.wake(gateway, protocolsOf(changed));
  }

  async #lookAtIntervals(gateway: string, signal: AbortSignal): Promise<void> {
    const { interval, random } = this.#options;
    while (!signal.aborted) {
      const passed = pauses(toMilliseconds(jittered(interval, random)), signal);
      await Promise.all([passed, this.check(gateway, signal)]);
    }
  }

  /** Whether an endpoint answered otherwise than when it was last looked at. */
  #differs(endpoints: readonly Endpoint[], found: readonly (Failure | undefined)[]): boolean {
    const failed = (endpoint: Endpoint) => (this.#streaks.get(endpoint) ?? noLookYet).failures > 0;
    return endpoints.some((endpoint, index) => failed(endpoint) !== (found[index] !== undefined));
  }

  /** Whether an outage began or ended by it. */
  #note(gateway: string, endpoint: Endpoint, failure: Failure | undefined): boolean {
    const { outage: before } = this.#streaks.get(endpoint) ?? noLookYet;
    const streak = afterLook(this.#streaks.get(endpoint) ?? noLookYet, failure);
    this.#streaks.set(endpoint, streak);
    if ((before === undefined) === (streak.outage === undefined)) return false;
    this.#report(gateway, endpoint, streak.outage);
    return true;
  }

  #report(gateway: string, { label }: Endpoint, outage: Failure | undefined): void {
    const { log, tell } = this.#options;
    if (outage === undefined) {
      const note = `The gateway ${gateway} answers again at ${label}`;
      log.info({ gateway, endpoint: label }, 'gateway answers again');
      tell(gateway, { type: 'Normal', reason: 'GatewayReachable', action: 'Look', note });
      return;
    }
    const { reason, message } = outage;
    log.error({ gateway, endpoint: label, reason, message }, 'gateway cannot be reached');
    tell(gateway, { type: 'Warning', reason, action: 'Look', note: message });
  }

  #outages(gateway: string, part: Endpoint['part']): readonly Failure[] {
    const endpoints = (this.#endpoints.get(gateway) ?? []).filter((endpoint) => endpoint.part === part);
    return endpoints.flatMap((endpoint) => this.#streaks.get(endpoint)?.outage ?? []);
  }
}

function endpointsOf(
  { name, dataPlane }: ReachabilityOptions['configs'][number],
  options: ReachabilityOptions,
): readonly Endpoint[] {
  const at = (part: Protocol): readonly Endpoint[] =>
    dataPlane[part].map((address) => {
      const label = `${part} ${endpointText(address)}`;
      const look = async (signal: AbortSignal) => {
        const request = { address, path: '/', deadline: probeDeadline };
        const host = options.hostAt(name);
        const tls = host === undefined ? request : { ...request, serverName: concreteHost(host) };
        const result = await (part === 'https' ? tlsProbe(tls, signal) : httpProbe(request, signal)).catch(stopped);
        return result?.kind === 'unreachable' ? noAnswer(name, label, result.code) : undefined;
      };
      return { part, label, look };
    });
  return [{ part: 'admin', label: 'admin', look: () => lookAtAdmin(name, options) }, ...at('https'), ...at('http')];
}

async function lookAtAdmin(name: string, { gateways }: ReachabilityOptions): Promise<Failure | undefined> {
  try {
    await gateways.look(name);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function noAnswer(gateway: string, label: string, code: string): Failure {
  return transient(
    'DataPlaneUnreachable',
    `The data plane of the gateway ${gateway} gives no answer at ${label} (${code})`,
  );
}

function isMixed(found: readonly (Failure | undefined)[]): boolean {
  return found.includes(undefined) && found.some((failure) => failure !== undefined);
}

/** A look that a stop has ended says nothing. */
function stopped(): undefined {
  return undefined;
}

function protocolsOf(changed: readonly Endpoint[]): readonly Protocol[] {
  if (changed.some(({ part }) => part === 'admin')) return ['https', 'http'];
  return [...new Set(changed.map(({ part }) => part as Protocol))];
}
