import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import type { Known } from '../plan/nginx/addresses.ts';
import { addressesOf } from '../probe/lookup.ts';
import type { Monotonic } from '../std/clock.ts';
import { seconds, toMilliseconds } from '../std/duration.ts';
import { Failure, transient } from '../std/failure.ts';

export interface KnownAddressesOptions {
  readonly kube: Pick<KubeClient, 'get' | 'server'>;
  /** Of this process: its interfaces, and where it listens. */
  readonly own: Pick<Known, 'addresses' | 'ports'>;
  readonly log: Logger;
  /** Milliseconds that only grow. */
  readonly monotonic: Monotonic;
}

/** API servers move rarely; a look costs one call. */
const lookEvery = seconds(300);
const lookUpWithin = seconds(5);

/**
 * Whom no tenant may have anything connect to, whatever address they have: the API servers, by where the operator reaches
 * one and by what Kubernetes itself says of all (the EndpointSlice `kubernetes`), and the operator.
 */
export class KnownAddresses {
  readonly #options: KnownAddressesOptions;
  #known: Promise<readonly Known[]> | undefined;
  #until = 0;

  constructor(options: KnownAddressesOptions) {
    this.#options = options;
  }

  /** As they were within the last minutes. What cannot be read now is as it was, and a Failure where it never was. */
  async list(): Promise<readonly Known[]> {
    const now = this.#options.monotonic();
    if (this.#known !== undefined && now < this.#until) return await this.#known;
    const before = this.#known;
    this.#until = now + toMilliseconds(lookEvery);
    this.#known = this.#look().catch((error) => {
      if (before !== undefined && error instanceof Failure) return before;
      this.#known = undefined;
      throw error;
    });
    return await this.#known;
  }

  async #look(): Promise<readonly Known[]> {
    const { kube, own } = this.#options;
    const { hostname, port } = await kube.server();
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const reached = { addresses: await addressesOf(host, lookUpWithin), ports: [Number(port || 443)] };
    if (reached.addresses.length === 0)
      throw transient('ApiServerUnreachable', `${host}, the API server, has no address`);
    const served = await this.#servers();
    const operator = { who: 'the operator itself', ...own };
    return [reached, ...served].map((one): Known => ({ who: 'the API server', ...one })).concat(operator);
  }

  /** Where the right to read it is missing, who installs the operator has left that out: what it knows is enough then. */
  async #servers(): Promise<readonly Pick<Known, 'addresses' | 'ports'>[]> {
    try {
      const slice = await this.#options.kube.get(endpointSlices, { namespace: 'default', name: 'kubernetes' });
      return slice === undefined ? [] : [listenersOf(slice)];
    } catch (error) {
      if (!(error instanceof Failure) || error.class !== 'permanent') throw error;
      this.#options.log.warn(
        { reason: error.reason },
        'cannot read the addresses of the API servers: only the configured one is denied to tenants',
      );
      return [];
    }
  }
}

const endpointSlices: ResourceType = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
};

interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
  readonly ports?: readonly { readonly port?: number }[] | null;
}

function listenersOf({ endpoints, ports }: EndpointSlice): Pick<Known, 'addresses' | 'ports'> {
  return {
    addresses: (endpoints ?? []).flatMap(({ addresses = [] }) => addresses),
    ports: (ports ?? []).flatMap(({ port }) => port ?? []),
  };
}
