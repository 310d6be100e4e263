import type { Tenant } from '../../src/api/tenants.ts';
import type { Tenancy } from '../../src/model/tenancy.ts';

/** Tenants whose namespaces are named. */
export function tenancy(...tenants: readonly Tenant[]): Tenancy {
  const isOf = ({ namespaces = [] }: Tenant, namespace: string) =>
    namespaces.includes('*') || namespaces.includes(namespace);
  return { tenants, isOf };
}
