import type { Tenant } from '../api/tenants.ts';

/** Whose each namespace is, at one gateway of the configuration. A tenant is a set of namespaces that trust each other. */
export interface Tenancy {
  readonly tenants: readonly Tenant[];
  readonly isOf: (tenant: Tenant, namespace: string) => boolean;
}
