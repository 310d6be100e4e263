import { endpointText, type GatewayConfig } from '../api/operator-config.ts';
import type { Told } from '../events/about.ts';
import type { Logger } from '../log.ts';
import { concreteHost } from '../plan/gateway/hosts.ts';
import type { Protocol } from '../plan/plan.ts';
import { afterRound, isChange, noLookYet, type Outage, type Watch } from '../plan/proof/outage.ts';
import { type Probes, probeDeadline } from '../ports/probe.ts';
import { jittered, type Random } from '../std/backoff.ts';
import { shorter, toMilliseconds } from '../std/duration.ts';
import { Failure, transient } from '../std/failure.ts';
import { untilStopped } from '../std/until-aborted.ts';
import { pauses } from './pauses.ts';

export interface ReachabilityOptions {
  readonly gateways: {
    /** One small read at the control plane; throws what keeps it from being read. */
    look(name: string): Promise<void>;
    /** What was read of the gateway says nothing of it any more. */
    forgetReadings(name: string): void;
  };
  readonly probes: Pick<Probes, 'tls' | 'http'>;
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

/** Milliseconds: the deadline of a call to the Admin API, twice. */
const longestLook = 20_000;
/** A resource does not wait longer than that, however seldom the gateway is looked at. */
const longestSilence = Temporal.Duration.from({ minutes: 1 });

/** Why each endpoint gave no answer, if it gave none. */
type Found = readonly (Failure | undefined)[];

/**
 * Asks every gateway at short intervals whether it still answers, once for all of its resources. What two looks in a row
 * found silent is an outage: resources say so until it answers again, and nothing is asked of it on their behalf.
 */
export class Reachability {
  readonly #options: ReachabilityOptions;
  readonly #endpoints: ReadonlyMap<string, readonly Endpoint[]>;
  /** Of gateways that were looked at. */
  readonly #watches = new Map<string, Watch>();

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
      (this.#watches.get(gateway)?.streaks ?? []).flatMap(({ failures }, index) => {
        const { label: endpoint } = endpoints[index] ?? {};
        return endpoint === undefined ? [] : [{ gateway, endpoint, answers: failures === 0 }];
      }),
    );
  }

  /** From the fault until an outage is told: two looks, one that waits for other parts, and their deadlines. */
  get tellsWithin(): Temporal.Duration {
    const milliseconds = 3 * toMilliseconds(this.#options.interval) + longestLook;
    return shorter(Temporal.Duration.from({ milliseconds }), longestSilence);
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
    const before = this.#watches.get(gateway) ?? noRoundYet(endpoints);
    const found = await this.#lookAtAll(endpoints, before, signal);
    if (signal.aborted) return;
    const after = afterRound(before, found);
    this.#watches.set(gateway, after);
    const changed = endpoints.filter((_, index) => isChange(before.told[index], after.told[index]));
    if (changed.length === 0) return;
    for (const endpoint of changed) this.#report(gateway, endpoint, after.told[endpoints.indexOf(endpoint)]);
    this.#options.gateways.forgetReadings(gateway);
    this.#options.wake(gateway, protocolsOf(changed));
  }

  /** What stops or comes back in the midst of a look is looked at once more, and then seen as one change. */
  async #lookAtAll(endpoints: readonly Endpoint[], before: Watch, signal: AbortSignal): Promise<Found> {
    const look = () => Promise.all(endpoints.map((endpoint) => endpoint.look(signal)));
    const found = await look();
    const isNews = isMixed(found) && differs(before, found);
    return isNews && (await pauses(this.#settling, signal)) ? await look() : found;
  }

  async #lookAtIntervals(gateway: string, signal: AbortSignal): Promise<void> {
    const { interval, random } = this.#options;
    while (!signal.aborted) {
      const passed = pauses(toMilliseconds(jittered(interval, random)), signal);
      await Promise.all([passed, this.check(gateway, signal)]);
    }
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
    const { told = [] } = this.#watches.get(gateway) ?? {};
    const endpoints = this.#endpoints.get(gateway) ?? [];
    return told.flatMap((failure, index) => (failure !== undefined && endpoints[index]?.part === part ? failure : []));
  }
}

function noRoundYet(endpoints: readonly Endpoint[]): Watch {
  return { streaks: endpoints.map(() => noLookYet), told: endpoints.map(() => undefined), isHeld: false };
}

/** Whether an endpoint answered otherwise than when it was last looked at. */
function differs({ streaks }: Watch, found: Found): boolean {
  return streaks.some(({ failures }, index) => failures > 0 !== (found[index] !== undefined));
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
        const result = await (part === 'https'
          ? options.probes.tls(tls, signal)
          : options.probes.http(request, signal)
        ).catch(stopped);
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
    `The data plane of the gateway ${gateway} does not answer at ${label} (${code})`,
  );
}

function isMixed(found: Found): boolean {
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
