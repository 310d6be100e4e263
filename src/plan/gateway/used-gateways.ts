import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import { gatewayLabel } from '../../api/status.ts';
import { gatewayRefOf } from './claims.ts';

/** Every gateway that may hold objects of the resource, as `gateway/group`. */
export function usedGateways(resource: Pick<Resource<unknown>, 'metadata' | 'status'>): readonly string[] {
  const { gateway } = resource.status;
  const first = gatewayLabel(gateway) ?? firstGateway(resource);
  return first === undefined ? [] : [first, ...(gateway?.previous ?? [])];
}

/**
 * As `gateway/group`, from the annotation that came with the finalizer. What was written of another resource, and copied
 * with its annotations, says nothing of this one.
 */
function firstGateway({ metadata }: Pick<Resource<unknown>, 'metadata'>): string | undefined {
  const said = metadata.annotations?.[annotations.firstGateway];
  const mark = `${metadata.uid} `;
  return said?.startsWith(mark) ? said.slice(mark.length) : undefined;
}

/** What the finalizer brings along, for `firstGateway`. */
export function firstGatewayMark({ metadata }: Pick<Resource<unknown>, 'metadata'>, gateway: string) {
  return { [annotations.firstGateway]: `${metadata.uid} ${gateway}` };
}

/** Whether its objects stay at the gateway when it is deleted. */
export function keepsObjects({ spec }: Resource<unknown>): boolean {
  return (spec as { deletionPolicy?: string }).deletionPolicy === 'Retain';
}

/** The gateway that the spec names, as `gateway/group`. */
export function namedGateway(resource: Resource<unknown>): string {
  const { name, group } = gatewayRefOf(resource);
  return `${name}/${group}`;
}

/** `gateway/group`; the name of a gateway has no slash, that of a group may. */
export function parseLabel(label: string): { readonly name: string; readonly group: string } {
  const slash = label.indexOf('/');
  return { name: label.slice(0, slash), group: label.slice(slash + 1) };
}
