import type { GatewayConfig } from '../api/operator-config.ts';
import { permanent } from '../std/failure.ts';
import type { AdminCall } from './admin-client.ts';
import { api7EeGateway } from './api7-ee/api7-ee.ts';
import type { Gateway } from './gateway.ts';

export interface GatewayRef {
  readonly name: string;
  readonly group: string;
}

/** A gateway with what the administrator says of it. */
export interface ConfiguredGateway {
  readonly gateway: Gateway;
  readonly dataPlane: GatewayConfig['dataPlane'];
}

/** The gateways of the operator's configuration: tenants name them, only the administrator says where they are. */
export class Gateways {
  readonly #configs: readonly GatewayConfig[];
  readonly #onCall: ((call: AdminCall) => void) | undefined;
  readonly #opened = new Map<string, Gateway>();

  constructor(configs: readonly GatewayConfig[], onCall?: (call: AdminCall) => void) {
    this.#configs = configs;
    this.#onCall = onCall;
  }

  /** Fails with a permanent failure when the name is unknown or the namespace may not use it. */
  resolve(ref: GatewayRef, namespace: string, field = 'spec.gatewayRef.name'): ConfiguredGateway {
    const config = this.#configs.find(({ name }) => name === ref.name);
    if (config === undefined) {
      throw permanent('GatewayUnknown', `${field}: the operator has no gateway named ${ref.name} in its configuration`);
    }
    if (!config.allowedNamespaces.includes('*') && !config.allowedNamespaces.includes(namespace)) {
      throw permanent('GatewayNotAllowed', `${field}: the namespace ${namespace} may not use gateway ${ref.name}`);
    }
    return { gateway: this.#open(config, ref.group), dataPlane: config.dataPlane };
  }

  /** One client for each gateway group, so that connections and what was learnt of it are shared. */
  #open(config: GatewayConfig, group: string): Gateway {
    const key = JSON.stringify([config.name, group]);
    const opened = this.#opened.get(key) ?? api7EeGateway(config, group, this.#onCall);
    this.#opened.set(key, opened);
    return opened;
  }
}
