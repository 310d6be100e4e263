import type { GatewayConfig } from '../api/operator-config.ts';
import type { LabelSelector, Tenant } from '../api/tenants.ts';
import { type Labels, selects } from '../model/label-selector.ts';
import type { Tenancy } from '../model/tenancy.ts';

/** Labels of a namespace as it is now; undefined where it is not known, and so in no tenant by its labels. */
export type LabelsOf = (namespace: string) => Labels | undefined;

/** Undefined where the configuration has no tenants. */
export function tenancyOf({ tenants }: GatewayConfig, labelsOf: LabelsOf): Tenancy | undefined {
  if (tenants === undefined) return undefined;
  const names = new Map(tenants.map((tenant) => [tenant, new Set(tenant.namespaces)]));
  const isNamed = (tenant: Tenant, namespace: string) => {
    const named = names.get(tenant);
    return named?.has('*') || named?.has(namespace) || false;
  };
  const isSelected = ({ namespaceSelector: selector }: Tenant, namespace: string) =>
    selector !== undefined && isSelectedBy(selector, labelsOf(namespace));
  return { tenants, isOf: (tenant, namespace) => isNamed(tenant, namespace) || isSelected(tenant, namespace) };
}

function isSelectedBy(selector: LabelSelector, labels: Labels | undefined): boolean {
  return labels !== undefined && selects(selector, labels);
}
