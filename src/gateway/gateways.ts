import type { GatewayConfig } from '../api/operator-config.ts';
import type { Adoptable } from '../model/remote-object.ts';
import type { Tenancy } from '../model/tenancy.ts';
import type { ConfiguredGateway, Gateway, GatewayRef, UsableGateways } from '../ports/gateway.ts';
import type { Random } from '../std/backoff.ts';
import { seconds } from '../std/duration.ts';
import { permanent } from '../std/failure.ts';
import { type AdminCall, AdminClient } from './admin-client.ts';
import { api7EeGroup, lookAtApi7Ee } from './api7-ee/api7-ee.ts';
import { apisixGroup, lookAtApisix } from './apisix/apisix.ts';
import { Circuit } from './circuit.ts';
import type { GatewayGroup } from './gateway-group.ts';
import { permits } from './may-adopt.ts';
import { type IsOurs, SharedGateway } from './shared-gateway.ts';
import { type LabelsOf, tenancyOf } from './tenancy.ts';

export interface GatewaysOptions {
  readonly random: Random;
  readonly onCall?: (call: AdminCall) => void;
  /** How long one reading of a group is good for, where nothing else is asked for. */
  readonly readingAge?: Temporal.Duration;
  /** See `SharedGatewayOptions`. */
  readonly isOurs?: IsOurs;
  /** Left out: no namespace is in a tenant by its labels. */
  readonly labelsOf?: LabelsOf;
}

/** The gateways of the operator's configuration: tenants name them, only the administrator says where they are. */
export class Gateways implements UsableGateways {
  readonly #configs: readonly GatewayConfig[];
  readonly #options: GatewaysOptions;
  readonly #admins = new Map<string, AdminClient>();
  readonly #opened = new Map<string, SharedGateway>();
  /** By name, of those that have tenants. */
  readonly #tenancies: ReadonlyMap<string, Tenancy | undefined>;

  constructor(configs: readonly GatewayConfig[], options: GatewaysOptions) {
    this.#configs = configs;
    this.#options = options;
    const { labelsOf = () => undefined } = options;
    this.#tenancies = new Map(configs.map((config) => [config.name, tenancyOf(config, labelsOf)]));
  }

  resolve(ref: GatewayRef, namespace: string): ConfiguredGateway {
    const field = 'spec.gatewayRef.name';
    const config = this.#find(ref, field);
    if (!this.#isOpen(config, namespace)) {
      throw permanent('GatewayNotAllowed', `${field}: the namespace ${namespace} may not use gateway ${ref.name}`);
    }
    const { dataPlane, longestConnection } = config;
    return { gateway: this.#open(config, ref.group), dataPlane, longestConnection };
  }

  resolveUsed(ref: GatewayRef, field: string): Gateway {
    return this.#open(this.#find(ref, field), ref.group);
  }

  mayUse({ name }: Pick<GatewayRef, 'name'>, namespace: string): boolean {
    const config = this.#configs.find((one) => one.name === name);
    return config !== undefined && this.#isOpen(config, namespace);
  }

  tenancyAt({ name }: Pick<GatewayRef, 'name'>): Tenancy | undefined {
    return this.#tenancies.get(name);
  }

  /** Every group that was asked for, and the group `default` of each gateway. */
  get opened(): readonly Gateway[] {
    for (const config of this.#configs) this.#open(config, config.group ?? 'default');
    return [...this.#opened.values()];
  }

  mayAdopt({ name }: Pick<GatewayRef, 'name'>, namespace: string, object: Adoptable): boolean {
    const rules = this.#configs.find((one) => one.name === name)?.adoption ?? [];
    return rules.some((rule) => permits(rule, namespace, object));
  }

  /** One small read at the control plane, whatever is known of it; throws what keeps it from being read. */
  async look(name: string): Promise<void> {
    const config = this.#find({ name }, 'gateways');
    await flavours[config.type].look(this.#admin(config));
  }

  /** What was read of the gateway says nothing of it any more: it was away since. */
  forgetReadings(name: string): void {
    for (const gateway of this.#opened.values()) {
      if (gateway.label.startsWith(`${name}/`)) gateway.forgetReading();
    }
  }

  #isOpen({ name, allowedNamespaces = ['*'] }: GatewayConfig, namespace: string): boolean {
    const tenancy = this.#tenancies.get(name);
    if (tenancy !== undefined) return tenancy.tenants.some((tenant) => tenancy.isOf(tenant, namespace));
    return allowedNamespaces.includes('*') || allowedNamespaces.includes(namespace);
  }

  #find({ name }: Pick<GatewayRef, 'name'>, field: string): GatewayConfig {
    const config = this.#configs.find((one) => one.name === name);
    if (config !== undefined) return config;
    throw permanent('GatewayUnknown', `${field}: the operator has no gateway named ${name} in its configuration`);
  }

  /** Once for each gateway group, so that readings are shared. */
  #open(config: GatewayConfig, group: string): Gateway {
    const key = JSON.stringify([config.name, group]);
    const opened = this.#opened.get(key);
    if (opened !== undefined) return opened;
    const { readingAge: age = seconds(10), isOurs } = this.#options;
    const shared = flavours[config.type].open(config, group, this.#admin(config));
    const gateway = new SharedGateway(shared, { age, ...(isOurs && { isOurs }) });
    this.#opened.set(key, gateway);
    return gateway;
  }

  /** One for each control plane: its groups share connections, and the knowledge that it does not answer. */
  #admin(config: GatewayConfig): AdminClient {
    const known = this.#admins.get(config.name);
    if (known !== undefined) return known;
    const { onCall, random } = this.#options;
    const admin = new AdminClient(config, { circuit: new Circuit(random), ...(onCall && { onCall }) });
    this.#admins.set(config.name, admin);
    return admin;
  }
}

interface Flavour {
  open(config: GatewayConfig, group: string, admin: AdminClient): GatewayGroup;
  look(admin: AdminClient): Promise<void>;
}

/** By the configured type; the version decides within each. */
const flavours: Readonly<Record<GatewayConfig['type'], Flavour>> = {
  'api7-ee': { open: api7EeGroup, look: lookAtApi7Ee },
  apisix: { open: apisixGroup, look: lookAtApisix },
};
