import type { Resource } from '../api/kinds.ts';
import type { GatewayStatus, Status } from '../api/status.ts';
import { typeOf } from '../model/resource-type.ts';
import { isStatus } from '../plan/status/status.ts';
import type { Applying } from './context.ts';
import { beforeWrite } from './guard.ts';

/** Writes the status unless the resource already says it. */
export async function writeStatus(resource: Resource<unknown>, status: Status, applying: Applying): Promise<void> {
  if (isStatus(resource, status)) return;
  beforeWrite(applying);
  const { kind, metadata } = resource;
  // Of this very resource: another may have come up under its name, and the server refuses what names the former.
  const patch = { metadata: { uid: metadata.uid }, status: mergePatchOf(resource.status, status) };
  const options = { subresource: 'status', signal: applying.signal } as const;
  await applying.resources.write(metadata, () => applying.kube.mergePatch(typeOf(kind), metadata, patch, options));
}

/** Only the gateway, before the end: no crash makes us forget one that holds objects of ours. */
export async function announce(gateway: GatewayStatus, resource: Resource<unknown>, applying: Applying): Promise<void> {
  await writeStatus(resource, { ...resource.status, gateway }, applying);
}

/** RFC 7396: objects are merged, so what is not to stay must be named with null, at every depth. */
function mergePatchOf(seen: Fields, next: Fields): Fields {
  const gone = Object.keys(seen).filter((key) => !(key in next));
  const kept = Object.entries(next).map(([key, value]) => {
    const before = seen[key];
    return [key, isFields(value) && isFields(before) ? mergePatchOf(before, value) : value];
  });
  return Object.fromEntries([...kept, ...gone.map((key) => [key, null])]);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
