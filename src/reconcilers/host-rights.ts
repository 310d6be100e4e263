import { mtlsGateway, type Resource } from '../api/kinds.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { type Claimant, gatewayRefOf } from '../plan/claims.ts';
import { doExclude, type Surroundings } from '../plan/host-rights.ts';
import { concernedHosts, type Host, meetingIndexOf } from '../plan/hosts.ts';
import { isGiven } from '../plan/tenants.ts';
import type { Run } from './world.ts';

/** Those who could have a host that meets this one, and perhaps others. */
export function* nearby(hosts: Run['hosts'], claimant: Claimant, host: Host): Generator<KubeObject> {
  const stores = claimant.kind === mtlsGateway.kind ? [hosts.gateways, hosts.upstreams] : [hosts.gateways];
  for (const key of meetingIndexOf(claimant, host)) {
    for (const store of stores) yield* store.byIndex('host', key);
  }
}

/** The same without those whose namespace may not use the gateway: they keep nothing from anybody. */
export function around({ hosts, gateways }: Pick<Run, 'hosts' | 'gateways'>): Surroundings['around'] {
  return function* (claimant, host) {
    const found: Iterable<Claimant> = nearby(hosts, claimant, host);
    for (const other of found) {
      if (gateways.mayUse(gatewayRefOf(other), other.metadata.namespace)) yield other;
    }
  };
}

/** What the administrator says of the gateway that the resource names. */
export function policyOf({ gateways }: Pick<Run, 'gateways'>): Surroundings['policyOf'] {
  return (claimant) => gateways.tenancyAt(gatewayRefOf(claimant));
}

/**
 * Whether one of the hosts is in question: the administrator does not give it, or somebody who is not trusted has or wants
 * one that cannot be had beside it.
 */
export function areHostsContested(resource: Resource<unknown>, run: Run): boolean {
  const [near, policy] = [around(run), policyOf(run)(resource)];
  return concernedHosts(resource).some((host) => {
    if (!isGiven(policy, resource.metadata.namespace, host)) return true;
    for (const other of near(resource, host)) {
      if (concernedHosts(other).some((theirs) => doExclude(policy, [resource, host], [other, theirs]))) return true;
    }
    return false;
  });
}
